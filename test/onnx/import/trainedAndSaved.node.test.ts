// Imported models are like others: they train, also in a worker, are saved and loaded, and are exported again.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { dataset, type Dataset } from '../../../src/data/index.js';
import { loadModel, saveModel } from '../../../src/io/index.js';
import { crossEntropy, meanSquaredError } from '../../../src/losses/index.js';
import type { Model } from '../../../src/models/index.js';
import { exportOnnx, importOnnx, onnxLayers, type ImportOnnxOptions } from '../../../src/onnx/index.js';
import { adam } from '../../../src/optimizers/index.js';
import { tensor } from '../../../src/tensors/creation.js';
import { bitPatterns } from '../../support/bits.js';
import { withRuntime } from '../../support/live.js';
import { expectClose, numbers, run } from '../runtime.js';
import { bytesOf, expectNear, fileOf, fixture, names, permuted } from './fixtures.js';

withRuntime();

const SHAPES: Readonly<Record<string, ImportOnnxOptions>> = { lstm: { inputs: { x: [7, 3] } } };
const load = (name: string, options: ImportOnnxOptions = {}): Promise<Model> =>
  importOnnx(bytesOf(name), { ...SHAPES[name], ...options });

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1);

/** Networks whose inputs are indices below this. */
const WORDS: Readonly<Record<string, number>> = {
  tagger: 11,
  transformer: 13,
  'transformer-steps-first': 13,
  words: 20,
};

/** Rows for a model. */
function inputsFor(name: string, { inputShape }: Model, rows: number): Float32Array<ArrayBuffer> {
  const x = numbers(rows * sizeOf(inputShape));
  const limit = WORDS[name];
  return limit === undefined ? x : x.map((_, i) => (7 * i) % limit);
}

function dataFor(name: string, model: Model, rows: number): Dataset {
  const { inputShape, outputShape } = model;
  const x = tensor(inputsFor(name, model, rows), [rows, ...inputShape]);
  const y = tensor(numbers(rows * sizeOf(outputShape)), [rows, ...outputShape]);
  const data = dataset(x, y);
  x.dispose();
  y.dispose();
  return data;
}

const allBits = (model: Model): Record<string, number[]> =>
  Object.fromEntries(Object.entries(model.getWeights()).map(([name, values]) => [name, bitPatterns(values)]));

function answer(model: Model, x: Float32Array<ArrayBuffer>): number[] {
  using y = model.predict(x);
  return Array.from(y.data());
}

/** Trained networks of every kind. */
const trained = ['mlp', 'lenet', 'residual-preserved', 'mobile', 'lstm-bidirectional', 'gru', 'transformer', 'decoder'];

describe('fit', () => {
  it.each(trained)('trains %s, in a worker to the same bits', async (name) => {
    const options = {
      loss: meanSquaredError(),
      optimizer: adam({ learningRate: 3e-3 }),
      batchSize: 4,
      epochs: 3,
      seed: 5,
    };
    const [here, there] = [await load(name), await load(name)];
    const before = allBits(here);
    const data = dataFor(name, here, 10);
    const { epochs } = await here.fit(data, options);
    expect(epochs.at(-1)?.loss).toBeLessThan(epochs[0]?.loss ?? 0);
    await there.fit(data, { ...options, worker: true });
    const after = allBits(here);
    expect(allBits(there)).toEqual(after);
    for (const { name: weight, trainable } of here.weights)
      if (trainable) expect(after[weight], weight).not.toEqual(before[weight]);
    here.dispose();
    there.dispose();
  });

  it('leaves frozen weights as they are', async () => {
    using model = await load('mobile');
    const before = allBits(model);
    model.freeze(/^(stem|down|same)/);
    await model.fit(dataFor('mobile', model, 8), { loss: meanSquaredError(), optimizer: adam(), batchSize: 4 });
    const after = allBits(model);
    for (const { name } of model.weights) expect(String(after[name]) === String(before[name]), name).toBe(/^(stem|down|same)/.test(name)); // prettier-ignore
  });

  it('does not train what is not to be trained', async () => {
    using model = await load('residual-preserved', { trainable: false });
    expect(model.weights.filter(({ trainable }) => trainable)).toEqual([]);
    using other = await load('residual-preserved');
    const x = inputsFor('', model, 3);
    expectClose(answer(model, x), answer(other, x));
  });
});

test.each(names)('%s is saved and loaded', async (name) => {
  using model = await load(name);
  using loaded = loadModel(saveModel(model), { layers: onnxLayers });
  expect(allBits(loaded)).toEqual(allBits(model));
  const x = inputsFor(name, model, 3);
  expect(answer(loaded, x)).toEqual(answer(model, x));
});

test('a loaded model trains on', async () => {
  using model = await load('mobile');
  using loaded = loadModel(saveModel(model), { layers: onnxLayers });
  const options = { loss: meanSquaredError(), optimizer: adam(), batchSize: 4, seed: 5 };
  await model.fit(dataFor('mobile', model, 8), options);
  await loaded.fit(dataFor('mobile', model, 8), options);
  expect(allBits(loaded)).toEqual(allBits(model));
});

test.each(names)('%s is exported again, and imported again', async (name) => {
  using model = await load(name);
  const x = inputsFor(name, model, 3);
  const expected = answer(model, x);
  const bytes = exportOnnx(model);
  const [[, output] = []] = await run(bytes, { [nameOfInput(model)]: { dims: [3, ...model.inputShape], data: x } });
  expectClose(output?.data ?? [], expected, 1e-5);
  using copy = await importOnnx(bytes);
  expectClose(answer(copy, x), expected, 1e-5);
});

const nameOfInput = (model: Model): string => model.network.inputNames?.[0] ?? 'input';

test('the batch that a file says is not the only one', async () => {
  using model = await load('lenet-fixed');
  const x = inputsFor('', model, 5);
  const one = x.length / 5;
  const rows = Array.from({ length: 5 }, (_, i) => answer(model, x.slice(i * one, (i + 1) * one))).flat();
  expectClose(answer(model, x), rows);
  using empty = tensor(new Float32Array(0), [0, ...model.inputShape]);
  using none = model.predict(empty);
  expect(none.shape).toEqual([0, 10]);
});

test('with layout nhwc, images have their channels last', async () => {
  const { input, output } = fixture('mobile');
  using model = await load('mobile', { layout: 'nhwc' });
  expect(model.inputShape).toEqual([20, 20, 3]);
  using x = tensor(Float32Array.from(permuted(input, [0, 2, 3, 1]).data), [2, 20, 20, 3]);
  using y = model.predict(x);
  expectNear('y', y.data(), output.data);
});

test('a predictor takes single samples', async () => {
  using model = await load('mobile');
  const x = inputsFor('', model, 1);
  const predictor = model.predictor({ batchSize: 1 });
  const y = new Float32Array(6);
  predictor(x, y);
  expectClose(Array.from(y), answer(model, x));
  predictor.dispose();
});

test('files come from anywhere', async () => {
  const url = fileOf('words');
  const bytes = readFileSync(url);
  const response = new Response(new Uint8Array(bytes));
  for (const source of [
    bytes,
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    new Blob([new Uint8Array(bytes)]),
    response,
    fileURLToPath(url),
  ]) {
    // prettier-ignore
    using model = await importOnnx(source);
    expect(model.inputShape).toEqual([5]);
  }
});

test('classes are trained with cross-entropy', async () => {
  using model = await load('words');
  const words = Float32Array.from({ length: 60 }, (_, i) => 5 * (Math.floor(i / 5) % 3) + (i % 5));
  const data = dataset(
    words,
    Int32Array.from({ length: 12 }, (_, i) => i % 3),
    { shape: [5] },
  );
  const options = { loss: crossEntropy({ fromLogits: true }), optimizer: adam({ learningRate: 0.05 }), epochs: 20 };
  const { epochs } = await model.fit(data, { ...options, batchSize: 4, metrics: ['accuracy'] });
  expect(epochs.at(-1)?.['accuracy']).toBe(1);
});
