// Models that importOnnx makes: options, names, training, saving, and graphs that are no models of single samples.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { FormatError, ShapeError } from '../../../src/core/errors.js';
import { loadModel, saveModel } from '../../../src/io/index.js';
import { crossEntropy, meanSquaredError } from '../../../src/losses/index.js';
import type { Model, ModelWith } from '../../../src/models/index.js';
import { exportOnnx, importOnnx, onnxFunction, onnxLayers } from '../../../src/onnx/index.js';
import { adam, sgd } from '../../../src/optimizers/index.js';
import { tensor } from '../../../src/tensors/creation.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { graph, numbers } from './graphs.js';

withRuntime();

const images = graph({
  nodes: [
    ['Conv', 'x features.0.weight features.0.bias', 'a', { pads: [1, 1, 1, 1] }],
    ['Relu', 'a', 'b'],
    ['MaxPool', 'b', 'c', { kernel_shape: [2, 2], strides: [2, 2] }],
    ['Conv', 'c features.3.weight', 'd', { group: 4 }],
    ['BatchNormalization', 'd bn.weight bn.bias bn.running_mean bn.running_var', 'e'],
    ['Flatten', 'e', 'f'],
    ['Gemm', 'f head.weight head.bias', 'g', { transB: 1 }],
    ['Softmax', 'g', 'y', { axis: 1 }],
  ],
  weights: {
    'features.0.weight': [[4, 3, 3, 3], numbers(108)],
    'features.0.bias': [[4], numbers(4, 2)],
    'features.3.weight': [[4, 1, 2, 2], numbers(16, 3)],
    'bn.weight': [[4], [1, 2, 0.5, 1]],
    'bn.bias': [[4], [0, 1, 0, -1]],
    'bn.running_mean': [[4], [0.1, 0, 0, 0.2]],
    'bn.running_var': [[4], [1, 2, 1, 0.5]],
    'head.weight': [[3, 36], numbers(108, 4)],
    'head.bias': [[3], [0, 0.1, 0]],
  },
  inputs: { x: [-1, 3, 8, 8] },
  outputs: { y: [-1, 3] },
});

const pictures = (count: number): Tensor => tensor(Float32Array.from(numbers(192 * count, 5)), [count, 3, 8, 8]);

/** What the file gives for pictures. */
async function answers(bytes: Uint8Array, x: Tensor): Promise<Float32Array> {
  using f = await onnxFunction(bytes);
  const outputs = f.run([x]);
  const [y] = Object.values(outputs);
  const data = Float32Array.from(y?.data() ?? []);
  for (const each of Object.values(outputs)) each.dispose();
  return data;
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(got[i]).toBeCloseTo(expected[i] ?? NaN, 5);
}

const layersOf = (model: Model): (readonly [string, string | undefined])[] =>
  model.network.layers.map(({ name, layer }) => [name, layer.kind]);

describe('a network of images', () => {
  it('has the layers and weights of the file', async () => {
    using model = await importOnnx(images);
    expect(layersOf(model)).toEqual([
      ['features.0', 'onnx'],
      ['MaxPool_2', 'maxPool2d'],
      ['features.3', 'depthwiseConv2d'],
      ['bn', 'batchNorm'],
      ['Flatten_5', 'onnx'],
      ['head', 'dense'],
      ['Softmax_7', 'activation'],
    ]);
    const weights = model.weights.map(
      ({ name, shape, trainable }) => `${name} ${shape.join('x')} ${String(trainable)}`,
    );
    expect(weights).toEqual([
      'features.0/weight 3x3x3x4 true',
      'features.0/bias 4 true',
      'features.3/kernel 2x2x4x1 true',
      'bn/gamma 4 true',
      'bn/beta 4 true',
      'bn/movingMean 4 false',
      'bn/movingVariance 4 false',
      'head/kernel 36x3 true',
      'head/bias 3 true',
    ]);
  });

  it.each([true, false])('predicts what the file says, trainable or not', async (trainable) => {
    using model = await importOnnx(images, { trainable });
    using x = pictures(3);
    using y = model.predict(x);
    expectClose(y.data(), await answers(images, x));
    expect(model.weights.some((weight) => weight.trainable)).toBe(trainable);
    if (!trainable) expect(layersOf(model).map(([, kind]) => kind)).not.toContain('batchNorm');
  });

  it('takes channels last', async () => {
    using model = await importOnnx(images, { layout: 'nhwc' });
    expect(model.inputShape).toEqual([8, 8, 3]);
    using x = pictures(2);
    const [from, to] = [x.data(), new Float32Array(384)];
    for (let i = 0; i < 384; i++) {
      const [n, rest] = [Math.floor(i / 192), i % 192];
      to[n * 192 + (rest % 64) * 3 + Math.floor(rest / 64)] = from[i] ?? 0;
    }
    using y = model.predict(to);
    expectClose(y.data(), await answers(images, x));
    expect(layersOf(model)[0]).toEqual(['features.0', 'conv2d']);
  });

  it.each([false, true])('is trained', async (worker) => {
    using model = await importOnnx(images);
    using x = pictures(6);
    const data = dataset(x, [0, 1, 2, 0, 1, 2]);
    const before = model.getWeights();
    const loss = crossEntropy();
    const { epochs } = await model.fit(data, {
      loss,
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 30,
      batchSize: 6,
      worker,
    });
    expect(epochs.at(-1)?.loss).toBeLessThan(0.2 * (epochs[0]?.loss ?? 0));
    const after = model.getWeights();
    for (const [name, values] of Object.entries(before)) expect(after[name], name).not.toEqual(values);
  });

  it('is saved, loaded and exported', async () => {
    using model = await importOnnx(images);
    using x = pictures(2);
    using y = model.predict(x);
    using loaded = loadModel(saveModel(model), { layers: onnxLayers });
    using again = loaded.predict(x);
    expect(again.data()).toEqual(y.data());
    expectClose(await answers(exportOnnx(model), x), y.data());
  });
});

describe('graphs in other forms', () => {
  it('have several inputs and outputs', async () => {
    const bytes = graph({
      nodes: [
        ['Add', 'a b', 'sum'],
        ['Split', 'sum sizes', 'first second', { axis: 1 }],
        ['MatMul', 'first w', 'y'],
        ['Relu', 'second', 'z'],
      ],
      weights: { w: [[2, 2], [1, 2, 3, 4]] }, // prettier-ignore
      integers: { sizes: [2, 1] },
      inputs: { a: [-1, 3], b: [-1, 3] },
      outputs: { y: [-1, 2], z: [-1, 1] },
    });
    const model = await importOnnx<ModelWith<{ y: Tensor; z: Tensor }>>(bytes);
    const { y, z } = model.predict({ a: [[1, 2, -9]], b: [[1, 0, 3]] });
    expect(y.toArray()).toEqual([[8, 12]]);
    expect(z.toArray()).toEqual([[0]]);
    const other = model.predict([[[1, 2, -9]], [[1, 0, 3]]]);
    expect(other.y.toArray()).toEqual([[8, 12]]);
    for (const each of [y, z, other.y, other.z, model]) each.dispose();
  });

  it('share weights', async () => {
    const bytes = graph({
      nodes: [
        ['MatMul', 'x w', 'a'],
        ['Tanh', 'a', 'b'],
        ['MatMul', 'b w', 'y'],
      ],
      weights: { w: [[2, 2], [1, 0.5, -1, 2]] }, // prettier-ignore
      inputs: { x: [-1, 2] },
      outputs: { y: [-1, 2] },
    });
    using model = await importOnnx(bytes);
    expect(model.weights.length).toBe(1);
    using y = model.predict([[1, 2]]);
    const [p, q] = [Math.tanh(-1), Math.tanh(4.5)];
    expectClose(y.data(), [p - q, 0.5 * p + 2 * q]);
    await model.fit(dataset([[1, 2]], [[0, 0]]), {
      loss: meanSquaredError(),
      optimizer: sgd({ learningRate: 0.01 }),
      epochs: 1,
    });
  });

  it('connect samples: they predict only', async () => {
    const bytes = graph({
      nodes: [
        ['ReduceSum', 'x axes', 'sum', { keepdims: 0 }],
        ['Mul', 'sum w', 'y'],
      ],
      weights: { w: [[2], [2, 3]] }, // prettier-ignore
      integers: { axes: [0] },
      inputs: { x: [-1, 2] },
      outputs: { y: [2] },
    });
    using model = await importOnnx(bytes);
    using y = model.predict([[1, 2], [3, 4]]); // prettier-ignore
    expect(y.toArray()).toEqual([8, 18]);
    const refusal = typed(TypeError, /^fit: expected a graph that treats samples separately, got ReduceSum/);
    await expect(model.fit(dataset([[1, 2]], [[0, 0]]), { loss: meanSquaredError(), optimizer: sgd(), epochs: 1 })).rejects.toThrow(refusal); // prettier-ignore
    expect(() => model.predict([[1, 2, 3]])).toThrow(
      typed(ShapeError, /^predict: expected 'x' \[batch, 2\], got \[1, 3\]/),
    );
  });

  it('have steps first: the batch of the model is first', async () => {
    const bytes = graph({
      nodes: [['ReduceMean', 'x', 'y', { axes: [0], keepdims: 0 }]],
      inputs: { x: [5, -1, 2] },
      outputs: { y: [-1, 2] },
    });
    using model = await importOnnx(bytes);
    expect(model.inputShape).toEqual([5, 2]);
    using y = model.predict([Array.from({ length: 5 }, (_, i) => [i, 2 * i])]);
    expect(y.toArray()).toEqual([[2, 4]]);
  });
});

describe('what cannot be imported', () => {
  const refused = (nodes: Parameters<typeof graph>[0]['nodes'], more: object = {}): Uint8Array =>
    graph({ nodes, inputs: { x: [-1, 2] }, outputs: { y: [-1, 2] }, ...more });

  it.each([
    ['an unknown operator', [['Magic', 'x', 'y']], /operators that are known, got Magic 'Magic_0'/],
    ['a cycle', [['Add', 'x b', 'a'], ['Relu', 'a', 'b'], ['Relu', 'a', 'y']], /Add 'Add_0' to use what comes before it, got 'b'/], // prettier-ignore
    ['a missing initializer', [['MatMul', 'x w', 'y']], /MatMul 'MatMul_0' to use what comes before it, got 'w'/],
    [
      'a name twice',
      [
        ['Relu', 'x', 'y'],
        ['Relu', 'x', 'y'],
      ],
      /distinct names of values, got 'y' twice/,
    ],
    ['a missing output', [['Relu', 'x', 'z']], /a value for the output 'y'/],
    ['sizes that depend on data', [['Relu', 'x', 'z'], ['Range', 'z z z', 'y']], /'z' not to depend on data, got one that does \(input 0 of Range 'Range_1'\)/], // prettier-ignore
  ] as const)('%s', async (_, nodes, message) => {
    await expect(importOnnx(refused(nodes))).rejects.toThrow(typed(FormatError, message));
  });

  it('an old version', async () => {
    const bytes = refused([['Relu', 'x', 'y']], { opset: 5 });
    await expect(importOnnx(bytes)).rejects.toThrow(
      new FormatError('importOnnx: expected an opset from 6 to 28, got 5'),
    );
  });

  it('sizes that nobody says', async () => {
    const bytes = refused([['Relu', 'x', 'y']], { inputs: { x: [-1, -2] } });
    await expect(importOnnx(bytes)).rejects.toThrow(typed(TypeError, /the file leaves '2\*batch' open/));
    using model = await importOnnx(bytes, { inputs: { x: [3] } });
    expect(model.inputShape).toEqual([3]);
  });
});
