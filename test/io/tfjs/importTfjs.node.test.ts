// Models that TensorFlow.js has saved give its answers, train, and are saved and loaded.
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.js';
import { dataset } from '../../../src/data/index.js';
import { importTfjs, loadModel, saveModel } from '../../../src/io/index.js';
import { meanSquaredError } from '../../../src/losses/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import { tensor, type Tensor } from '../../../src/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { artifactsOf, caseOf, cases, expectClose, filesOf, floats, inputOf, type Case } from './cases.js';

withRuntime();

test.each(cases)('$name', async (given: Case) => {
  using model = await importTfjs(artifactsOf(given));
  const prediction: unknown = Reflect.apply(model.predict.bind(model), model, [inputOf(given)]);
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

test('a MobileNetV2 with quantised weights gives the answers of TensorFlow.js', async () => {
  const loaded: number[] = [];
  const options = { onProgress: ({ loaded: bytes }: { loaded: number }) => loaded.push(bytes) };
  using model = await importTfjs(new URL('../../../examples/mobilenet/model.json', import.meta.url), options);
  expect(loaded.at(-1)).toBe(2_619_461);
  const x = Float32Array.from({ length: 2 * 224 * 224 * 3 }, (_, i) => ((Math.sin(i * 0.37) + 1) / 2) * ((i % 7) / 7));
  using y = model.predict(x);
  expectClose(y.data(), MOBILENET, 1e-5);
});

/** What TensorFlow.js 4.22 gives on its CPU. */
const MOBILENET = [
  0.45054930448532104, 0.10835578292608261, 0.3647148013114929, 0.06143045425415039, 0.014949710108339787,
  0.4256444573402405, 0.10463201254606247, 0.3948449492454529, 0.06047670543193817, 0.014401838183403015,
];

test('a model.json with its files: from a folder, by name, as Files, as parts', async () => {
  const given = caseOf('a small network');
  const { json, bytes } = filesOf(given);
  const text = JSON.stringify(json);
  const file = new File([text], 'model.json');
  const weights = new File([bytes], 'group1-shard1of1.bin');
  const halves = [bytes.slice(0, 101), bytes.slice(101)];
  using expected = await importTfjs(artifactsOf(given));
  const sources = [
    await importTfjs([weights, file]),
    await importTfjs(file, { files: { 'group1-shard1of1.bin': bytes } }),
    await importTfjs(new TextEncoder().encode(text), { files: [weights] }),
    await importTfjs({ json, weights: bytes }),
    await importTfjs({ json: text, weights: halves }),
  ];
  for (const model of sources) {
    expect(model.getWeights()).toEqual(expected.getWeights());
    model.dispose();
  }
});

test('quantised weights and types', async () => {
  const dense = { class_name: 'Dense', config: { name: 'd', units: 2, use_bias: false, batch_input_shape: [null, 2] } };
  const kernelFrom = async (spec: object, weights: Uint8Array | Uint16Array | Int32Array): Promise<number[]> => {
    const weightsManifest = [{ paths: ['w'], weights: [{ name: 'd/kernel', shape: [2, 2], ...spec }] }];
    const modelTopology = { class_name: 'Sequential', config: { layers: [dense] } };
    using model = await importTfjs({ json: { modelTopology, weightsManifest }, weights });
    return Array.from(model.getWeights()['d/kernel'] ?? []);
  };
  const quantized = (dtype: string) => ({ dtype: 'float32', quantization: { dtype, scale: 0.5, min: -1, original_dtype: 'float32' } }); // prettier-ignore
  expect(await kernelFrom(quantized('uint8'), Uint8Array.of(0, 1, 2, 255))).toEqual([-1, -0.5, 0, 126.5]);
  expect(await kernelFrom(quantized('uint16'), Uint16Array.of(0, 1, 2, 65535))).toEqual([-1, -0.5, 0, 32766.5]);
  expect(await kernelFrom({ dtype: 'float32', quantization: { dtype: 'float16', original_dtype: 'float32' } }, Uint16Array.of(0x3c00, 0xc000, 0, 0x3800))).toEqual([1, -2, 0, 0.5]); // prettier-ignore
  expect(await kernelFrom({ dtype: 'int32' }, Int32Array.of(1, -2, 3, 4))).toEqual([1, -2, 3, 4]);
  expect(await kernelFrom({ dtype: 'bool' }, Uint8Array.of(1, 0, 0, 1))).toEqual([1, 0, 0, 1]);
});

describe('what is refused, by name', () => {
  const importing = (layers: readonly object[], more: object = {}) =>
    importTfjs({ json: { modelTopology: { class_name: 'Sequential', config: { layers } }, ...more }, weights: [] });
  const layer = (class_name: string, config: object) => ({ class_name, config: { name: 'it', batch_input_shape: [null, 4, 4, 1], ...config } }); // prettier-ignore
  test.each([
    ['a class', layer('Lambda', {}), /^importTfjs: .*expected layers that the library has, got 'it' of class Lambda/],
    ['channels first', layer('MaxPooling2D', { data_format: 'channels_first' }), /^importTfjs: layer 'it' \(MaxPooling2D\): expected data_format 'channels_last', got 'channels_first'/], // prettier-ignore
    ['masks', layer('Embedding', { input_dim: 3, output_dim: 2, mask_zero: true }), /layer 'it' \(Embedding\): expected mask_zero false, got true/], // prettier-ignore
    ['a bad option', layer('Conv2D', { filters: -1, kernel_size: 2 }), /^importTfjs: layer 'it' \(Conv2D\): conv2d: expected filters to be a whole number >= 1/], // prettier-ignore
    ['an option of another type', layer('Dense', { units: 'many' }), /layer 'it' \(Dense\): expected units to be a finite number, got 'many'/], // prettier-ignore
    ['an unknown activation', layer('Activation', { activation: 'wave' }), /layer 'it' \(Activation\): expected an activation that the library has, got 'wave'/], // prettier-ignore
    ['an open size', layer('Dense', { units: 1, batch_input_shape: [null, null, 3] }), /expected the sizes of input 'it' in option inputShape, got \[null, null, 3\] in the file/], // prettier-ignore
    ['missing weights', layer('Dense', { units: 1 }), /^importTfjs: expected weight 'it\/kernel', got none in the file/], // prettier-ignore
    ['a huge layer', layer('Dense', { units: 2 ** 40 }), /^importTfjs: /],
  ])('%s', async (_, one, message) => {
    await expect(importing([one])).rejects.toThrow(typed(FormatError, message));
  });

  test('graph models, and models of code', async () => {
    await expect(importing([], { format: 'graph-model' })).rejects.toThrow(typed(FormatError, /got a graph model$/));
    const subclassed = { modelTopology: { class_name: 'MyModel', config: {} } };
    await expect(importTfjs({ json: subclassed, weights: [] })).rejects.toThrow(typed(FormatError, /whose code is not in the file$/)); // prettier-ignore
  });

  test('cycles', async () => {
    const node = (name: string, from: string) => ({ class_name: 'Dense', name, config: { name, units: 2 }, inbound_nodes: [[[from, 0, 0, {}]]] }); // prettier-ignore
    const input = { class_name: 'InputLayer', name: 'x', config: { name: 'x', batch_input_shape: [null, 2] }, inbound_nodes: [] }; // prettier-ignore
    const config = { layers: [input, node('a', 'b'), node('b', 'a')], input_layers: [['x', 0, 0]], output_layers: [['b', 0, 0]] }; // prettier-ignore
    const json = { modelTopology: { class_name: 'Model', config } };
    await expect(importTfjs({ json, weights: [] })).rejects.toThrow(new FormatError("importTfjs: expected layers that do not depend on themselves, got 'a'")); // prettier-ignore
  });

  test('open sizes are given by the option', async () => {
    const dense = { class_name: 'Dense', config: { name: 'd', units: 1, use_bias: false, batch_input_shape: [null, null, 1] } }; // prettier-ignore
    const weightsManifest = [{ paths: ['w'], weights: [{ name: 'd/kernel', shape: [1, 1], dtype: 'float32' }] }];
    const json = { modelTopology: { class_name: 'Sequential', config: { layers: [dense] } }, weightsManifest };
    using model = await importTfjs({ json, weights: Float32Array.of(2) }, { inputShape: [3, 1] });
    expect(model.inputShape).toEqual([3, 1]);
  });
});
