// Models that TensorFlow.js has saved give its answers, train, and are saved and loaded.
import { expect, test } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { importTfjs, loadModel, saveModel } from '../../../src/io/index.js';
import { meanSquaredError } from '../../../src/losses/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import { tensor, type Tensor } from '../../../src/index.js';
import { withRuntime } from '../../support/live.js';
import { artifactsOf, cases, expectClose, floats, inputOf, type Case } from './cases.js';

withRuntime();

test.each(cases)('$name', async (given: Case) => {
  using model = await importTfjs(artifactsOf(given));
  const prediction: unknown = Reflect.apply(model.predict, model, [inputOf(given)]);
  const outputs = (Array.isArray(prediction) ? prediction : [prediction]) as Tensor[];
  expect(outputs.map(({ shape }) => shape)).toEqual(given.outputs.map(({ shape }) => shape));
  given.outputs.forEach(({ values }, i) => expectClose(outputs[i]?.data() ?? [], floats(values), 1e-5));
  const bytes = saveModel(model);
  using copy = loadModel(bytes);
  expect(saveModel(copy)).toEqual(bytes);
  for (const output of outputs) output.dispose();
});

/** The inputs with their batch axis, as tensors that the test frees. */
function tensorsOf({ inputs }: Case): Tensor[] {
  return inputs.map(({ shape, values }) => tensor(floats(values), shape));
}

test.each(cases.filter(({ inputs, outputs }) => inputs.length === 1 && outputs.length === 1))(
  '$name trains',
  async (given: Case) => {
    using model = await importTfjs(artifactsOf(given));
    if (!model.weights.some(({ trainable }) => trainable)) return;
    const before = model.getWeights();
    const [x] = tensorsOf(given);
    const [output] = given.outputs;
    if (!output) throw new Error('no output');
    using y = tensor(
      floats(output.values).map((value) => value / 2 + 0.1),
      output.shape,
    );
    if (!x) throw new Error('no input');
    const options = { loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.01 }), epochs: 1, batchSize: 2 };
    await model.fit(dataset(x, y), options);
    x.dispose();
    const after = model.getWeights();
    for (const { name, trainable } of model.weights)
      if (!trainable && !/moving/.test(name)) expect(after[name], name).toEqual(before[name]);
    expect(after).not.toEqual(before);
  },
);
