// Layers that are random while training, and normalisations: what does not need PyTorch.
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { checkGradients, mul, sum, tensor, tidy, type Tensor } from '../../src/index.js';
import * as layers from '../../src/layers/index.js';
import type { Layer } from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

withRuntime();

/** What training makes of a batch of ones. */
function disturbed(layer: Layer, shape: readonly number[], rows = 1, seed = 3): Float32Array {
  using model = sequential({ inputShape: shape }, [layer]);
  const size = shape.reduce((product, each) => product * each, rows);
  return tidy(() =>
    Float32Array.from(
      model.apply({}, tensor(new Float32Array(size).fill(1), [rows, ...shape]), { training: true, seed }).data(),
    ),
  );
}

const moments = (values: Float32Array): { mean: number; std: number } => {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
};

test.each([
  ['spatialDropout1d', layers.spatialDropout1d({ rate: 0.4 }), [5, 300]],
  ['spatialDropout2d', layers.spatialDropout2d({ rate: 0.4 }), [3, 2, 300]],
])('%s drops whole channels of a sample', (_, layer, shape) => {
  const y = disturbed(layer, shape, 2);
  const size = y.length / 2;
  const masks = [0, size].map((begin) => y.slice(begin, begin + 300));
  y.forEach((value, i) => expect(value).toBe(masks[i < size ? 0 : 1]?.[i % 300]));
  expect(masks[0]).not.toEqual(masks[1]);
  for (const mask of masks) {
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - Math.fround(0.4)))]));
    expect(Math.abs(mask.filter((value) => value === 0).length / 300 - 0.4)).toBeLessThan(0.15);
  }
});

test.each([
  ['gaussianDropout', layers.gaussianDropout({ rate: 0.2 }), 0.5],
  ['gaussianNoise', layers.gaussianNoise({ std: 2 }), 2],
])('%s has mean 1 and its deviation', (_, layer, expected) => {
  const { mean, std } = moments(disturbed(layer, [20_000]));
  expect(Math.abs(mean - 1)).toBeLessThan((5 * expected) / Math.sqrt(20_000));
  expect(Math.abs(std / expected - 1)).toBeLessThan(0.03);
});

describe.each([
  ['spatialDropout1d', layers.spatialDropout1d({ rate: 0.5 }), layers.spatialDropout1d({ rate: 0 }), [4, 30]],
  ['spatialDropout2d', layers.spatialDropout2d({ rate: 0.5 }), layers.spatialDropout2d({ rate: 0 }), [2, 2, 30]],
  ['gaussianDropout', layers.gaussianDropout({ rate: 0.5 }), layers.gaussianDropout({ rate: 0 }), [30]],
  ['gaussianNoise', layers.gaussianNoise({ std: 0.5 }), layers.gaussianNoise({ std: 0 }), [30]],
])('%s', (_, layer, silent, shape) => {
  test('is the same for a seed, and does nothing in prediction or when it is silent', () => {
    expect(disturbed(layer, shape)).toEqual(disturbed(layer, shape));
    expect(disturbed(layer, shape)).not.toEqual(disturbed(layer, shape, 1, 4));
    expect(new Set(disturbed(silent, shape))).toEqual(new Set([1]));
    using model = sequential({ inputShape: shape }, [layer]);
    const size = shape.reduce((product, each) => product * each, 1);
    using y = model.predict(new Float32Array(size).fill(1));
    expect(new Set(y.data())).toEqual(new Set([1]));
  });

  test('gradients are those of the same factors', () => {
    using model = sequential({ inputShape: shape }, [layer]);
    const size = shape.reduce((product, each) => product * each, 1);
    using x = tensor(
      Float32Array.from({ length: size }, (__, i) => Math.sin(i) + 0.1),
      [1, ...shape],
    );
    const f = (value: Tensor): Tensor => {
      const y = model.apply({}, value, { training: true, seed: 2 });
      return sum(mul(y, y));
    };
    checkGradients(f, [x], { tolerance: 2e-2 });
  });
});

test.each([
  ['groupNorm', layers.groupNorm({ groups: 2 }), [3, 4]],
  ['groupNorm without weights', layers.groupNorm({ groups: 4, scale: false, center: false }), [3, 4]],
  ['rmsNorm', layers.rmsNorm({ axis: 1 }), [3, 4]],
] as const)('gradients of %s', (_, layer, shape) => {
  using model = sequential({ inputShape: shape }, [layer]);
  const weights = Object.fromEntries(model.weights.map(({ name, tensor: weight }) => [name, weight]));
  using x = tensor(
    Float32Array.from({ length: 24 }, (__, i) => Math.sin(3 * i)),
    [2, ...shape],
  );
  const scale = Float32Array.from({ length: 24 }, (__, i) => Math.cos(i));
  checkGradients((value: Tensor) => sum(mul(model.apply(weights, value), tensor(scale, [2, ...shape]))), [x], {
    tolerance: 2e-2,
  });
});

test('a group of one channel and one position is beta', () => {
  using model = sequential({ inputShape: [2] }, [layers.groupNorm({ groups: 2 })]);
  using y = model.predict([[5, -7]]);
  expect(y.toArray()).toEqual([[0, 0]]);
  using none = tensor([], [0, 2]);
  using empty = model.predict(none);
  expect(empty.shape).toEqual([0, 2]);
});

test('inputs and options that do not fit', () => {
  const build = (layer: Layer, shape: readonly number[]) => () => sequential({ inputShape: shape }, [layer]);
  expect(build(layers.groupNorm({ groups: 3 }), [4])).toThrow(
    typed(ShapeError, /groupNorm: expected input \[batch, \.\.\., channels\] with a multiple of 3 channels, got/),
  );
  expect(build(layers.groupNorm(), [4])).toThrow(typed(ShapeError, /multiple of 32 channels/));
  expect(build(layers.rmsNorm({ axis: 2 }), [4])).toThrow(typed(ShapeError, /rmsNorm: expected .* axis 2/));
  expect(build(layers.spatialDropout1d({ rate: 0.1 }), [4])).toThrow(
    typed(ShapeError, /spatialDropout1d: expected input \[batch, steps, channels\]/),
  );
  expect(build(layers.spatialDropout2d({ rate: 0.1 }), [4, 2])).toThrow(typed(ShapeError, /spatialDropout2d/));
  expect(() => layers.groupNorm({ groups: 0 })).toThrow(typed(RangeError, /^groupNorm: expected groups/));
  expect(() => layers.gaussianDropout({ rate: 1 })).toThrow(typed(RangeError, /^gaussianDropout: expected rate/));
  expect(() => layers.gaussianNoise({ std: -1 })).toThrow(typed(RangeError, /^gaussianNoise: expected std/));
});
