// Layers with several inputs that have weights, random numbers and running statistics.
import { expect, expectTypeOf, it } from 'vitest';
import { add, mul, type Tensor } from '../../src/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import { defineLayer, dense, type Layer, type Merge } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, type Model } from '../../src/models/index.js';
import { exportOnnx } from '../../src/onnx/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

/** a * x_0 + b * x_1, which counts its training steps. */
const weighted = defineLayer({
  kind: 'weighted',
  config: {},
  outputShape: (shape) => shape,
  apply: (_: { readonly a: Tensor; readonly b: Tensor; readonly calls: Tensor }, x) => x,
  merge: {
    outputShape: ([first = []]) => first,
    init: (shapes) => ({
      a: { shape: shapes[0] ?? [], initializer: { name: 'constant', value: 2 } },
      b: { shape: shapes[1] ?? [], initializer: { name: 'constant', value: 3 } },
      calls: { shape: [], initializer: 'zeros', trainable: false },
    }),
    apply([x, y], { a, b, calls }, { training }) {
      expectTypeOf(a).toEqualTypeOf<Tensor>();
      if (!x || !y) throw new Error('two inputs');
      const output = add(mul(x, a), mul(y, b));
      return training ? { output, updates: { calls: add(calls, 1) } } : output;
    },
  },
});

function build(layer: Layer): Model {
  const [x, y] = [input({ shape: [2] }), input({ shape: [1] })];
  return model({ inputs: [x, y], outputs: connect(layer, x, y) });
}

it('are given their weights and the context, and may update weights', () => {
  using network = build(weighted);
  expect(network.weights.map(({ name, shape }) => [name, shape])).toEqual([
    ['weighted_1/a', [2]],
    ['weighted_1/b', [1]],
    ['weighted_1/calls', []],
  ]);
  using before = network.predict([[[1, 2]], [[5]]]);
  expect(before.toArray()).toEqual([[17, 19]]);
  using trainer = network.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.5 }), batchSize: 1 });
  trainer.step(Float32Array.of(1, 2, 5), Float32Array.of(16, 19)); // the mean's gradient is [1, 0]
  const { 'weighted_1/a': a, 'weighted_1/b': b, 'weighted_1/calls': calls } = network.getWeights();
  expect([a, b, calls]).toEqual([Float32Array.of(1.5, 2), Float32Array.of(0.5), Float32Array.of(1)]);
});

it('are saved, loaded and exported', () => {
  using network = build(weighted);
  network.setWeights({ 'weighted_1/a': [7, 8] });
  using copy = loadModel(saveModel(network), { layers: { weighted: () => weighted } });
  expect(copy.getWeights()).toEqual(network.getWeights());
  expect(exportOnnx(network).length).toBeGreaterThan(0);
});

it('without an init of their own have the weights for the first input', () => {
  const scaled: Layer = {
    kind: 'scaled',
    outputShape: (shape) => shape,
    init: (shape) => ({ scale: { shape, initializer: 'ones' } }),
    apply: ({ scale }, x) => (scale ? mul(x, scale) : x),
    merge: {
      outputShape: ([first = []]) => first,
      apply: (xs, { scale }) => xs.reduce((sum, x) => add(sum, scale ? mul(x, scale) : x)),
    },
  };
  using network = build(scaled);
  expect(network.weights.map(({ shape }) => shape)).toEqual([[2]]);
  using y = network.predict([[[1, 2]], [[5]]]);
  expect(y.toArray()).toEqual([[6, 7]]);
});

it('share their weights when applied again', () => {
  const [x, y] = [input({ shape: [2] }), input({ shape: [2] })];
  using network = model({
    inputs: [x, y],
    outputs: connect(dense({ units: 1 }), connect(weighted, connect(weighted, x, y), y)),
  });
  expect(network.weights.filter(({ name }) => name.startsWith('weighted')).length).toBe(3);
});

it('a merge whose init is no function is no layer', () => {
  const merge = { outputShape: () => [1], apply: ([x]: readonly Tensor[]) => x, init: 3 };
  const layer: unknown = { outputShape: () => [1], apply: (_: object, x: Tensor) => x, merge };
  const x = input({ shape: [1] });
  expect(() => void Reflect.apply(connect, undefined, [layer, x, x])).toThrow(
    new TypeError('connect: expected a layer, got an object with keys outputShape, apply, merge'),
  );
  expectTypeOf<NonNullable<Layer['merge']>>().toEqualTypeOf<Merge>();
});
