// Small files: saveModel's option weights.
import { describe, expect, test } from 'vitest';
import { matmul, tensor } from '../../src/index.js';
import { fromHalf, toHalf } from '../../src/io/half.js';
import { loadModel, loadOptimizer, readTensors, saveModel, type WeightPrecision } from '../../src/io/index.js';
import * as layers from '../../src/layers/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { loadModel as loadForPrediction } from '../../src/predict/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { smallModel, takeApart, weightBits } from './support.js';

withRuntime();

/** Element types in a file, by name. */
function dtypesIn(bytes: Uint8Array): Record<string, unknown> {
  const { __metadata__: _, ...entries } = takeApart(bytes).header as Record<string, { dtype: string }>;
  return Object.fromEntries(Object.entries(entries).map(([name, { dtype }]) => [name, dtype]));
}

/** A dense layer of one kernel, with numbers set. */
function withKernel(values: readonly number[][]): Model {
  const model = sequential({ inputShape: [values.length] }, [layers.dense({ units: values[0]?.length ?? 1 })]);
  model.setWeights({ 'dense_1/kernel': values });
  return model;
}

/** A network of all kinds of weights. */
function images(): Model {
  return sequential({ inputShape: [9, 9, 4], seed: 5 }, [
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
    layers.batchNorm(),
    layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu' }),
    layers.reshape({ shape: [5, 30] }),
    layers.lstm({ units: 12 }),
    layers.dense({ units: 3 }),
  ]);
}

describe('f16', () => {
  test('every weight becomes the nearest number of 16 bits', () => {
    using model = images();
    const bytes = saveModel(model, { weights: 'f16' });
    expect(new Set(Object.values(dtypesIn(bytes)))).toEqual(new Set(['F16']));
    using copy = loadModel(bytes);
    const found = copy.getWeights();
    for (const [name, values] of Object.entries(model.getWeights()))
      expect(found[name], name).toEqual(fromHalf(toHalf(values) ?? new Uint16Array()));
    expect(takeApart(bytes).body.length).toBe(2 * model.parameterCount);
    expect(saveModel(copy, { weights: 'f16' })).toEqual(bytes);
  });

  test('a weight with a number too large for it stays as it is', () => {
    using model = withKernel([[1e-3, 65520], [1, 2]]); // prettier-ignore
    const bytes = saveModel(model, { weights: 'f16' });
    expect(dtypesIn(bytes)).toEqual({ 'dense_1/kernel': 'F32', 'dense_1/bias': 'F16' });
    using copy = loadModel(bytes);
    expect(weightBits(copy)).toEqual(weightBits(model));
  });
});

describe('int8', () => {
  test('kernels are within half a step of their channel, the other weights are as they were', () => {
    using model = images();
    const bytes = saveModel(model, { weights: 'int8' });
    const kernels = Object.entries(dtypesIn(bytes)).flatMap(([name, dtype]) => (dtype === 'I8' ? [name] : []));
    expect(kernels.sort()).toEqual([
      'conv2d_1/kernel',
      'dense_1/kernel',
      'depthwiseConv2d_1/kernel',
      'lstm_1/kernel',
      'lstm_1/recurrentKernel',
    ]);
    using copy = loadModel(bytes);
    const found = copy.getWeights();
    for (const { name, shape, tensor: weight } of model.weights) {
      const [values, after] = [weight.data(), found[name]!];
      if (!kernels.includes(name)) {
        expect(after, name).toEqual(values);
        continue;
      }
      const axes = name.startsWith('depthwise') ? 2 : 1;
      const channels = shape.slice(-axes).reduce((size, axis) => size * axis);
      const largest = new Float64Array(channels);
      values.forEach((value, i) => (largest[i % channels] = Math.max(largest[i % channels]!, Math.abs(value))));
      values.forEach((value, i) => {
        const channel = largest[i % channels]!;
        expect(Math.abs(value - after[i]!)).toBeLessThanOrEqual((channel / 127) * 0.5001);
        if (Math.abs(value) === channel) expect(after[i]! / value).toBeCloseTo(1, 6);
      });
    }
    expect(saveModel(copy, { weights: 'int8' }).length).toBe(bytes.length);
  });

  test('the file of a larger network is about a quarter', () => {
    using model = sequential({ inputShape: [784] }, [layers.dense({ units: 128 }), layers.dense({ units: 10 })]);
    const [whole, half, small] = (['f32', 'f16', 'int8'] as const).map(
      (weights) => saveModel(model, { weights }).length,
    );
    expect(half! / whole!).toBeLessThan(0.505);
    expect(small! / whole!).toBeLessThan(0.257);
    expect(saveModel(model, { weights: 'f32' })).toEqual(saveModel(model));
  });

  test('embeddings, and layers in layers', () => {
    using model = sequential({ inputShape: [6] }, [
      layers.embedding({ inputDim: 50, outputDim: 8 }),
      layers.bidirectional(layers.gru({ units: 4 }), {}),
    ]);
    const dtypes = Object.entries(dtypesIn(saveModel(model, { weights: 'int8' })));
    expect(dtypes.filter(([, dtype]) => dtype === 'I8')).toHaveLength(5);
    using wrapped = sequential({ inputShape: [2, 5, 5, 8] }, [
      layers.timeDistributed(layers.depthwiseConv2d({ kernelSize: 3 })),
    ]);
    const bytes = saveModel(wrapped, { weights: 'int8' });
    expect(takeApart(bytes).header['timeDistributed_1/kernel:scale']).toMatchObject({ shape: [8, 1] });
  });

  test('channels of zeros, of numbers too small for a step, of one number, of both signs', () => {
    const columns = [[0, 0, 0, 0, 0], [1e-45, -1e-45, 0, 0, 0], [5, 5, 5, 5, 5], [-127, 127, 0.5, 1.5, -0.4]]; // prettier-ignore
    using model = withKernel([0, 1, 2, 3, 4].map((row) => columns.map((column) => column[row]!)));
    using copy = loadModel(saveModel(model, { weights: 'int8' }));
    const kernel = copy.weights[0]!.tensor.toArray() as number[][];
    expect(kernel.map((row) => Math.abs(row[0]!) + Math.abs(row[1]!))).toEqual([0, 0, 0, 0, 0]);
    expect(kernel.map((row) => row[2])).toEqual(Array(5).fill(Math.fround(127 * Math.fround(5 / 127))));
    expect(kernel.map((row) => row[3])).toEqual([-127, 127, 1, 2, 0]);
  });

  test.each([
    ['the largest numbers', [[3.4028234663852886e38], [1], [1], [1], [1], [1]]],
    ['few numbers for each scale', [[1, 2, 3]]],
    ['one number', [[1]]],
  ])('%s stay f32 where 8 bits would overflow or save nothing, or load as finite', (_, kernel) => {
    using model = withKernel(kernel);
    const bytes = saveModel(model, { weights: 'int8' });
    using copy = loadModel(bytes);
    const values = copy.getWeights()['dense_1/kernel']!;
    for (const [i, value] of values.entries()) expect(value / kernel.flat()[i]!).toBeCloseTo(1, 2);
    expect(bytes.length).toBeLessThanOrEqual(saveModel(model).length);
  });

  test('a weight that has the name of a scale is not mistaken for one', () => {
    const twins = (): layers.Layer =>
      layers.defineLayer({
        kind: 'twins',
        config: {},
        outputShape: (shape) => shape,
        init: () => ({ kernel: { shape: [4, 4] }, 'kernel:scale': { shape: [4] } }),
        apply: ({ kernel }, x) => matmul(x, kernel),
      });
    using model = sequential({ inputShape: [4], seed: 1 }, [twins()]);
    using copy = loadModel(saveModel(model, { weights: 'int8' }), { layers: { twins } });
    expect(weightBits(copy)).toEqual(weightBits(model));
  });
});

test.each<WeightPrecision>(['f32', 'f16', 'int8'])(
  '%s: predicts alike wherever it is loaded, with its optimiser',
  (weights) => {
    using model = images();
    const bytes = saveModel(model, { weights, optimizer: adam({ learningRate: 0.5 }) });
    expect(loadOptimizer(bytes)?.learningRate).toBe(0.5);
    using copy = loadModel(bytes);
    const { depthwiseConv2d, batchNorm, conv2d, reshape, lstm, dense } = layers;
    using other = loadForPrediction(bytes, { layers: { depthwiseConv2d, batchNorm, conv2d, reshape, lstm, dense } });
    using x = tensor(
      Float32Array.from({ length: 324 }, (_, i) => Math.sin(i)),
      [1, 9, 9, 4],
    );
    using y = model.predict(x);
    using a = copy.predict(x);
    using b = other.predict(x);
    expect(a.data()).toEqual(b.data());
    a.data().forEach((value, i) => expect(Math.abs(value - y.data()[i]!)).toBeLessThan(0.01));
  },
);

test('halves and 8-bit numbers of a model as tensors', () => {
  using model = smallModel();
  const halves = readTensors(saveModel(model, { weights: 'f16' }));
  using copy = loadModel(saveModel(model, { weights: 'f16' }));
  for (const { name, tensor: weight } of copy.weights) expect(halves[name]?.data()).toEqual(weight.data());
  for (const one of Object.values(halves)) one.dispose();
});

test('wrong options', () => {
  using model = smallModel();
  expect(() => saveModel(model, { weights: wrong('f8') })).toThrow(
    new RangeError("saveModel: expected weights to be one of 'f32', 'f16', 'int8', got 'f8'"),
  );
  expect(() => saveModel(model, { weights: wrong(16) })).toThrow(
    typed(TypeError, /^saveModel: expected weights to be/),
  );
});
