// Constraints of weights: what they make of a weight, and that training applies them after every update.
import { describe, expect, it, test } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { compile, tensor, tidy, type Tensor } from '../../src/index.js';
import { loadModel, saveModel } from '../../src/io/index.js';
import { layerFactories } from '../../src/io/layerRegistry.js';
import * as layers from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { loadModel as loadForPrediction } from '../../src/predict/index.js';
import { withRuntime } from '../support/live.js';
import { bitPatterns } from '../support/bits.js';
import { numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const { maxNorm, minMaxNorm, nonNegative, unitNorm } = layers;

// A 2 x 2 weight with columns of norms 5 and 0.5, rows of norms about 3.01 and 4.02
const W = [[3, 0.3], [-4, 0.4]]; // prettier-ignore

test.each([
  ['maxNorm', maxNorm(), [[1.2, 0.3], [-1.6, 0.4]]], // prettier-ignore
  ['maxNorm of a number', maxNorm(10), W],
  ['maxNorm over rows', maxNorm({ maxValue: 1, axis: 1 }), [[0.995, 0.0995], [-0.995, 0.0995]]], // prettier-ignore
  ['maxNorm over all', maxNorm({ maxValue: 1, axis: [0, 1] }), [[0.597, 0.0597], [-0.796, 0.0796]]], // prettier-ignore
  ['minMaxNorm', minMaxNorm({ minValue: 1, maxValue: 2 }), [[1.2, 0.6], [-1.6, 0.8]]], // prettier-ignore
  ['minMaxNorm half way', minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 }), [[2.1, 0.45], [-2.8, 0.6]]], // prettier-ignore
  ['nonNegative', nonNegative(), [[3, 0.3], [0, 0.4]]], // prettier-ignore
  ['unitNorm', unitNorm(), [[0.6, 0.6], [-0.8, 0.8]]], // prettier-ignore
])('%s', (_, constraint, expected) => {
  tidy(() => {
    const made = constraint.apply(tensor(W)).data();
    expected.flat().forEach((value, i) => expect(made[i]).toBeCloseTo(value, 3));
    expect([...constraint.apply(tensor([[0, 0]])).data()]).toEqual([0, 0]);
  });
});

const x = numbers(24, 1);
const y = numbers(16, 2, 5, 9);

function build(kernelConstraint?: layers.Constraint, biasConstraint?: layers.Constraint): Model {
  return sequential({ inputShape: [3], seed: 1 }, [
    layers.dense({ units: 4, activation: 'tanh', name: 'a', kernelConstraint, biasConstraint }),
    layers.dense({ units: 2, name: 'b' }),
  ]);
}

const training = {
  loss: meanSquaredError(),
  optimizer: sgd({ learningRate: 0.3, momentum: 0.5 }),
  batchSize: 4,
  seed: 1,
};

async function trained(model: Model, more: object = {}): Promise<number[][]> {
  const data = tidy(() => dataset(tensor(x, [8, 3]), tensor(y, [8, 2])));
  await model.fit(data, { ...training, epochs: 5, ...more });
  return Object.values(model.getWeights()).map((value) => bitPatterns(value));
}

describe('training', () => {
  it('applies it after every update: the steps are those of sgd, then the constraint', async () => {
    using model = build(maxNorm(0.5), nonNegative());
    using free = build();
    const start = free.getWeights();
    const step = model.trainer(training);
    const plain = free.trainer(training);
    step.step(x.slice(0, 12), y.slice(0, 8));
    plain.step(x.slice(0, 12), y.slice(0, 8));
    tidy(() => {
      const moved = free.getWeights()['a/kernel'] ?? new Float32Array();
      expect(moved).not.toEqual(start['a/kernel']);
      const expected = maxNorm(0.5)
        .apply(tensor(moved, [3, 4]))
        .data();
      expect(bitPatterns(model.getWeights()['a/kernel'] ?? new Float32Array())).toEqual(bitPatterns(Float32Array.from(expected))); // prettier-ignore
    });
    for (const each of [step, plain]) each.dispose();
    await trained(model);
    const kernel = model.getWeights()['a/kernel'] ?? [];
    for (const column of [0, 1, 2, 3])
      expect(Math.hypot(...[0, 1, 2].map((row) => kernel[4 * row + column] ?? NaN))).toBeLessThan(0.5001);
    expect(Math.min(...(model.getWeights()['a/bias'] ?? [NaN]))).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['nothing', undefined, /^fit: a\/kernel: expected a tensor, got undefined$/],
    ['a number', 1, /^fit: a\/kernel: expected a tensor, got 1$/],
  ])('refuses a function that returns %s, and leaves the weights alone', async (_, given, message) => {
    const bad = sequential({ inputShape: [3] }, [
      layers.dense({ units: 2, name: 'a', kernelConstraint: () => wrong(given) }),
    ]);
    const old = bad.getWeights();
    await expect(trained(bad)).rejects.toThrow(typed(TypeError, message));
    expect(bad.getWeights()).toEqual(old);
    bad.dispose();
  });

  it('gives the same bits in the worker and after loading, also with a function', async () => {
    using here = build(unitNorm(), nonNegative());
    using there = build(unitNorm(), nonNegative());
    using loaded = loadModel(saveModel(there));
    using custom = build((w: Tensor) => unitNorm().apply(w), nonNegative());
    const bits = await trained(here);
    expect(await trained(there, { worker: true })).toEqual(bits);
    expect(await trained(loaded)).toEqual(bits);
    expect(await trained(custom)).toEqual(bits);
    using small = loadForPrediction(saveModel(here), { layers: layerFactories });
    tidy(() => {
      expect(small.predict(x).data()).toEqual(here.predict(x).data());
    });
  });

  it('belongs to recurrent and convolutional layers, too, and leaves frozen weights alone', async () => {
    using model = sequential({ inputShape: [4, 3], seed: 1 }, [
      layers.conv1d({
        filters: 2,
        kernelSize: 2,
        kernelConstraint: maxNorm({ maxValue: 0.1, axis: [0, 1] }),
        name: 'c',
      }),
      layers.gru({ units: 2, kernelConstraint: nonNegative(), recurrentConstraint: nonNegative(), name: 'g' }),
      layers.dense({ units: 1, kernelConstraint: nonNegative(), trainable: false, name: 'd' }),
    ]);
    const frozen = model.getWeights()['d/kernel'];
    const data = tidy(() => dataset(tensor(numbers(24, 3), [2, 4, 3]), tensor([[1], [2]])));
    await model.fit(data, { ...training, epochs: 2 });
    const weights = model.getWeights();
    expect(Math.min(...(weights['g/kernel'] ?? [NaN]), ...(weights['g/recurrentKernel'] ?? [NaN]))).toBe(0);
    expect(Math.hypot(...(weights['c/kernel'] ?? []))).toBeLessThan(0.1 * Math.SQRT2 + 1e-4);
    expect(weights['d/kernel']).toEqual(frozen);
  });

  it('belongs to every other weight of layers, too, and is saved', async () => {
    using model = sequential({ inputShape: [4, 4], seed: 1 }, [
      layers.embedding({ inputDim: 5, outputDim: 3, embeddingsConstraint: nonNegative(), name: 'e' }),
      layers.depthwiseConv2d({ kernelSize: 2, kernelConstraint: nonNegative(), name: 'w' }),
      layers.separableConv2d({
        filters: 3,
        kernelSize: 2,
        depthwiseConstraint: nonNegative(),
        pointwiseConstraint: maxNorm({ maxValue: 0.1, axis: [0, 1, 2, 3] }),
        biasConstraint: nonNegative(),
        name: 's',
      }),
      layers.prelu({ alphaInitializer: 'randomNormal', alphaConstraint: nonNegative(), name: 'p' }),
      layers.flatten(),
      layers.dense({ units: 1 }),
    ]);
    const bytes = saveModel(model);
    const data = dataset([numbers(16, 3).map((_, i) => i % 5)], [[1]], { shape: [4, 4] });
    const fitted = async (one: Model): Promise<Record<string, number[]>> => {
      await one.fit(data, { ...training, epochs: 2 });
      return Object.fromEntries(Object.entries(one.getWeights()).map(([name, values]) => [name, [...values]]));
    };
    const weights = await fitted(model);
    for (const name of ['e/embeddings', 'w/kernel', 's/depthwiseKernel', 's/bias', 'p/alpha'])
      expect(Math.min(...(weights[name] ?? [NaN])), name).toBeGreaterThanOrEqual(0);
    expect(Math.hypot(...(weights['s/pointwiseKernel'] ?? []))).toBeLessThan(0.1 + 1e-4);
    using loaded = loadModel(bytes);
    expect(await fitted(loaded)).toEqual(weights);
  });
});

test('bad options', () => {
  expect(() => maxNorm({ maxValue: -1 })).toThrow(typed(RangeError, /^maxNorm: expected maxValue/));
  expect(() => minMaxNorm({ minValue: 2 })).toThrow(typed(RangeError, /^minMaxNorm: expected maxValue/));
  expect(() => unitNorm({ axis: 0.5 })).toThrow(typed(RangeError, /^unitNorm: expected axis/));
  expect(() => layers.dense({ units: 1, kernelConstraint: wrong('maxNorm') })).toThrow(typed(TypeError, /^dense: expected kernelConstraint/)); // prettier-ignore
  expect(() => layers.dense({ units: 1, kernelConstraint: wrong({ name: 'maxNorm' }) })).toThrow(typed(TypeError, /^dense: expected kernelConstraint/)); // prettier-ignore
  using project = compile((w: Tensor) => maxNorm(1).apply(w));
  tidy(() => {
    const made = project(tensor([[3], [4]])).data();
    expect(made[0]).toBeCloseTo(0.6, 5);
    expect(made[1]).toBeCloseTo(0.8, 5);
  });
});
