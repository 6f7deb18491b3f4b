// The layers that Keras' models need beside the usual ones: values, gradients, and inputs that do not fit.
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { checkGradients, mul, sum, tensor, type Tensor } from '../../src/index.js';
import * as layers from '../../src/layers/index.js';
import type { Layer } from '../../src/layers/index.js';
import { connect, input, model as functional, sequential } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

withRuntime();

/** What a layer without weights gives for one sample of this shape with the values 1, -2, 3, -4 ... */
function given(layer: Layer, shape: readonly number[]): unknown {
  using model = sequential({ inputShape: shape }, [layer]);
  const size = shape.reduce((product, each) => product * each, 1);
  using y = model.predict(Float32Array.from({ length: size }, (_, i) => (i % 2 ? -1 : 1) * (i + 1)));
  const [only] = y.toArray() as unknown[];
  return only;
}

const cases: readonly [string, Layer, readonly number[], unknown][] = [
  ['maxPool1d', layers.maxPool1d(), [4, 2], [[3, -2], [7, -6]]], // prettier-ignore
  ['maxPool1d, same', layers.maxPool1d({ poolSize: 2, strides: 1, padding: 'same' }), [2, 1], [[1], [-2]]],
  ['avgPool1d', layers.avgPool1d(), [4, 2], [[2, -3], [6, -7]]], // prettier-ignore
  ['globalMaxPool1d', layers.globalMaxPool1d(), [3, 2], [5, -2]],
  ['globalAveragePool1d', layers.globalAveragePool1d({ keepDims: true }), [3, 2], [[3, -4]]],
  ['upsampling1d', layers.upsampling1d(), [2, 1], [[1], [1], [-2], [-2]]],
  ['zeroPadding1d', layers.zeroPadding1d({ padding: [1, 2] }), [1, 2], [[0, 0], [1, -2], [0, 0], [0, 0]]], // prettier-ignore
  ['cropping1d', layers.cropping1d(), [3, 2], [[3, -4]]],
  ['cropping2d', layers.cropping2d({ cropping: [[1, 0], [0, 1]] }), [2, 2, 1], [[[3]]]], // prettier-ignore
  ['repeatVector', layers.repeatVector({ n: 2 }), [2], [[1, -2], [1, -2]]], // prettier-ignore
  ['permute', layers.permute({ dims: [2, 1] }), [2, 3], [[1, -4], [-2, 5], [3, -6]]], // prettier-ignore
  ['relu', layers.relu(), [4], [1, 0, 3, 0]],
  ['relu with a limit', layers.relu({ maxValue: 2 }), [4], [1, 0, 2, 0]],
  ['relu with all', layers.relu({ maxValue: 2, negativeSlope: 0.5, threshold: 2 }), [4], [-0.5, -2, 2, -3]],
  ['rescaling', layers.rescaling({ scale: 2, offset: 1 }), [2], [3, -3]],
];

test.each(cases)('%s', (_, layer, shape, expected) => {
  expect(given(layer, shape)).toEqual(expected);
});

test.each([
  ['averageLayers', layers.averageLayers(), [[2, 0]]],
  ['maximumLayers', layers.maximumLayers(), [[3, 2]]],
  ['minimumLayers', layers.minimumLayers(), [[1, -2]]],
  ['subtractLayers', layers.subtractLayers(), [[-2, 4]]],
])('%s', (_, layer, expected) => {
  const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
  using model = functional({ inputs: { a, b }, outputs: connect(layer, a, b) });
  using y = model.predict({ a: [[1, 2]], b: [[3, -2]] });
  expect(y.toArray()).toEqual(expected);
});

test('subtractLayers takes two inputs', () => {
  const [a, b, c] = [input({ shape: [2] }), input({ shape: [2] }), input({ shape: [2] })];
  expect(() => connect(layers.subtractLayers(), a, b, c)).toThrow(
    new ShapeError('connect: subtractLayers: expected two inputs, got 3'),
  );
});

test('normalization uses its weights, which training leaves', () => {
  using model = sequential({ inputShape: [2, 2] }, [layers.normalization({ axis: 1, name: 'n' })]);
  model.setWeights({ 'n/mean': [1, 2], 'n/variance': [4, 0] });
  using y = model.predict([[[3, 5], [2, 3]]]); // prettier-ignore
  expect(y.toArray()).toEqual([[[1, 2], [0, Math.fround(1 / 1e-7)]]]); // prettier-ignore
  expect(model.weights.map(({ trainable }) => trainable)).toEqual([false, false]);
});

test('separableConv2d is a depthwise convolution and one of 1 x 1', () => {
  const options = { kernelSize: 2, depthMultiplier: 2, padding: 'same', strides: 2 } as const;
  using model = sequential({ inputShape: [4, 3, 2], seed: 2 }, [
    layers.separableConv2d({ ...options, filters: 3, activation: 'relu', name: 's' }),
  ]);
  using both = sequential({ inputShape: [4, 3, 2] }, [
    layers.depthwiseConv2d({ ...options, useBias: false, name: 'd' }),
    layers.conv2d({ filters: 3, kernelSize: 1, activation: 'relu', name: 'p' }),
  ]);
  const { 's/depthwiseKernel': depth = [], 's/pointwiseKernel': point = [], 's/bias': bias = [] } = model.getWeights();
  both.setWeights({ 'd/kernel': depth, 'p/kernel': point, 'p/bias': bias });
  const x = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
  using expected = both.predict(x);
  using got = model.predict(x);
  expect(got.data()).toEqual(expected.data());
});

describe('gradients', () => {
  const differentiable = [
    ['relu', layers.relu({ maxValue: 2.2, negativeSlope: 0.5, threshold: 0.3 }), [4]],
    ['separableConv2d', layers.separableConv2d({ filters: 2, kernelSize: 2, activation: 'tanh' }), [3, 3, 2]],
    ['normalization', layers.normalization(), [3]],
    ['cropping1d', layers.cropping1d(), [4, 2]],
    ['avgPool1d', layers.avgPool1d({ poolSize: 3, strides: 1 }), [4, 2]],
    ['permute', layers.permute({ dims: [2, 1] }), [2, 3]],
    ['repeatVector', layers.repeatVector({ n: 2 }), [3]],
    ['rescaling', layers.rescaling({ scale: 2 }), [3]],
  ] as const;
  test.each(differentiable)('%s', (_, layer, shape) => {
    using model = sequential({ inputShape: shape, seed: 1 }, [layer]);
    const weights = Object.fromEntries(model.weights.map(({ name, tensor: weight }) => [name, weight]));
    const size = shape.reduce((product, each) => product * each, 1);
    using x = tensor(
      Float32Array.from({ length: size }, (__, i) => 1.3 * Math.sin(1.7 * i + 0.4)),
      [1, ...shape],
    );
    const f = (value: Tensor): Tensor => {
      const y = model.apply(weights, value);
      return sum(mul(y, y));
    };
    checkGradients(f, [x], { tolerance: 2e-2 });
  });
});

test.each([
  ['maxPool1d', layers.maxPool1d(), [3]],
  ['globalMaxPool1d', layers.globalMaxPool1d(), [3, 2, 1]],
  ['cropping1d', layers.cropping1d({ cropping: 2 }), [4, 1]],
  ['cropping2d', layers.cropping2d({ cropping: 2 }), [4, 5, 1]],
  ['permute', layers.permute({ dims: [1, 2] }), [4]],
  ['repeatVector', layers.repeatVector({ n: 2 }), [4, 1]],
  ['normalization', layers.normalization({ axis: 2 }), [4]],
])('%s refuses another input', (_, layer, shape) => {
  expect(() => layer.outputShape(shape)).toThrow(typed(ShapeError, /expected/));
});
