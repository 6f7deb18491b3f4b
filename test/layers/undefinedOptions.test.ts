// An option given as undefined is an option left out: same weights, same outputs, same file.
import { expect, it } from 'vitest';
import { tensor } from '../../src/index.js';
import { saveModel } from '../../src/io/index.js';
import {
  batchNorm,
  conv1d,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePool2d,
  gru,
  layerNorm,
  lstm,
  maxPool2d,
  multiHeadAttention,
  simpleRnn,
  upsampling2d,
  type Layer,
} from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const kernels = ['activation', 'useBias', 'kernelInitializer', 'biasInitializer', 'kernelRegularizer', 'name'];
const recurrent = ['returnSequences', 'recurrentInitializer', 'recurrentRegularizer', ...kernels];
const gated = ['recurrentActivation', ...recurrent];
const window = ['strides', 'padding', 'dilations', 'groups', ...kernels];
const normalization = ['epsilon', 'center', 'scale', 'name'];

/** Options that are undefined, to be spread into others. */
type Undefined = Readonly<Record<string, undefined>>;

const cases: readonly [string, readonly number[], readonly string[], (rest: Undefined) => Layer][] = [
  ['dense', [3], kernels, (rest) => dense({ ...rest, units: 2 })],
  ['conv1d', [5, 2], window, (rest) => conv1d({ ...rest, filters: 2, kernelSize: 2 })],
  ['conv2d', [5, 5, 1], window, (rest) => conv2d({ ...rest, filters: 2, kernelSize: 2 })],
  ['maxPool2d', [4, 4, 1], ['poolSize', 'strides', 'padding', 'name'], (rest) => maxPool2d(rest)],
  ['globalAveragePool2d', [4, 4, 1], ['keepDims', 'name'], (rest) => globalAveragePool2d(rest)],
  ['upsampling2d', [2, 2, 1], ['size', 'interpolation', 'name'], (rest) => upsampling2d(rest)],
  ['batchNorm', [3], ['momentum', ...normalization], (rest) => batchNorm(rest)],
  ['layerNorm', [3], ['axis', ...normalization], (rest) => layerNorm(rest)],
  ['dropout', [3], ['name'], (rest) => dropout({ ...rest, rate: 0.5 })],
  ['flatten', [3, 2], ['name'], (rest) => flatten(rest)],
  [
    'embedding',
    [3],
    ['embeddingsInitializer', 'embeddingsRegularizer', 'name'],
    (rest) => embedding({ ...rest, inputDim: 3, outputDim: 2 }),
  ],
  ['simpleRnn', [3, 2], recurrent, (rest) => simpleRnn({ ...rest, units: 2 })],
  ['gru', [3, 2], ['resetAfter', ...gated], (rest) => gru({ ...rest, units: 2 })],
  ['lstm', [3, 2], ['unitForgetBias', ...gated], (rest) => lstm({ ...rest, units: 2 })],
  [
    'multiHeadAttention',
    [3, 2],
    ['valueDim', 'causal', 'dropout', 'useBias', 'kernelInitializer', 'biasRegularizer', 'name'],
    (rest) => multiHeadAttention({ ...rest, heads: 2, keyDim: 2 }),
  ],
];

it.each(cases)('%s', (_, inputShape, names, make) => {
  using plain = sequential({ inputShape, seed: 1 }, [make({})]);
  using spelt = sequential({ inputShape, seed: 1 }, [make(Object.fromEntries(names.map((name) => [name, undefined])))]);
  expect(saveModel(spelt)).toEqual(saveModel(plain));
  const size = inputShape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, i) => i % 3);
  using x = tensor(values, [1, ...inputShape]);
  using first = plain.predict(x);
  using second = spelt.predict(x);
  expect(second.data()).toEqual(first.data());
});
