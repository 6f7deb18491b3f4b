import { expect, expectTypeOf, it } from 'vitest';
import { add, mul, tensor, type Tensor } from '../../src/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import { defineLayer, dense, type Layer } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const scaleAndShift = defineLayer({
  kind: 'scaleAndShift',
  config: {},
  outputShape: (shape) => shape,
  init: (shape) => ({ gamma: { shape, initializer: 'ones' }, beta: { shape, initializer: 'zeros' } }),
  apply: ({ gamma, beta }, x) => {
    expectTypeOf(gamma).toEqualTypeOf<Tensor>();
    return add(mul(x, gamma), beta);
  },
});

it('is the object itself, which need not have weights', () => {
  const definition = { outputShape: () => [1], apply: (_: object, x: Tensor) => x };
  expect(defineLayer(definition)).toBe(definition);
});

it('trains, saves and loads like any layer', () => {
  using model = sequential({ inputShape: [2], seed: 1 }, [dense({ units: 2 }), scaleAndShift]);
  using trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 1 });
  const first = trainer.step(Float32Array.of(1, 2), Float32Array.of(3, 4));
  expect(trainer.step(Float32Array.of(1, 2), Float32Array.of(3, 4))).toBeLessThan(first);
  expect(Object.keys(model.getWeights())).toContain('scaleAndShift_1/gamma');
  using copy = loadModel(saveModel(model), { layers: { scaleAndShift: () => scaleAndShift } });
  expect(copy.getWeights()).toEqual(model.getWeights());
});

it('updates the weights it names', () => {
  const counting = defineLayer({
    outputShape: (shape) => shape,
    init: () => ({ calls: { shape: [], initializer: 'zeros', trainable: false }, scale: tensor(2) }),
    apply: ({ calls, scale }, x, { training }) => ({
      output: mul(x, scale),
      updates: { calls: training ? add(calls, 1) : undefined },
    }),
  });
  using model = sequential({ inputShape: [1] }, [counting]);
  using trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0 }), batchSize: 1 });
  for (let step = 0; step < 3; step++) trainer.step(Float32Array.of(1), Float32Array.of(1));
  expect(model.getWeights()['custom_1/calls']).toEqual(Float32Array.of(3));
});

it('does not compile with a misspelt weight', () => {
  const layers: Layer[] = [
    defineLayer({
      outputShape: (shape) => shape,
      init: (shape) => ({ gamma: { shape } }),
      // @ts-expect-error -- there is no gama
      apply: ({ gama: _ }, x) => x,
    }),
    defineLayer({
      outputShape: (shape) => shape,
      init: (shape) => ({ gamma: { shape } }),
      // @ts-expect-error -- nor a weight count to update
      apply: ({ gamma }, x) => ({ output: mul(x, gamma), updates: { count: gamma } }),
    }),
    defineLayer({
      outputShape: (shape) => shape,
      // @ts-expect-error -- nor an initialiser of this name
      init: (shape) => ({ gamma: { shape, initializer: 'one' } }),
      apply: ({ gamma }, x) => mul(x, gamma),
    }),
  ];
  expect(layers).toHaveLength(3);
});
