// Weights of classes.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { dense } from '../../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../../../src/losses/index.js';
import { sequential, type FitOptions } from '../../../src/models/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import { withRuntime } from '../../support/live.js';
import { expectClose, numbers } from '../../support/slices.js';
import { typed } from '../../support/typed.js';
import { N, bitsOf, labels, softmaxNet, trained, weights, x } from './problem.js';

withRuntime();

describe('classWeights', () => {
  const plain = dataset(x, labels, { shape: [3] });
  const options = { epochs: 3, batchSize: 100, shuffle: false };

  it('are weights of the rows of each class, of indices and one-hot rows, times those of the rows', async () => {
    const factors = { 0: 1, 2: 5 };
    const each = Array.from(labels, (label) => [1, 1, 5][label]!);
    const expected = await trained(dataset(x, labels, { shape: [3], weights: each }), options);
    const hot = Array.from(labels, (label) => [0, 1, 2].map((k) => Number(k === label)));
    for (const data of [plain, dataset(x, hot, { shape: [3] })])
      expectClose((await trained(data, { ...options, classWeights: factors })).bits.flat(), expected.bits.flat(), 1e-6);
    const both = dataset(x, labels, { shape: [3], weights: weights.map((w, i) => w * each[i]!) });
    const product = await trained(dataset(x, labels, { shape: [3], weights }), { ...options, classWeights: factors });
    expectClose(product.bits.flat(), (await trained(both, options)).bits.flat(), 1e-6);
  });

  it("'balanced' is rows / (classes * count), of indices and of 0 and 1", async () => {
    const counts = [0, 1, 2].map((k) => labels.filter((label) => label === k).length);
    const factors = Object.fromEntries(counts.map((count, k) => [k, N / (3 * count)]));
    const [own, expected] = [
      await trained(plain, { ...options, classWeights: 'balanced' }),
      await trained(plain, { ...options, classWeights: factors }),
    ];
    expect(own.bits).toEqual(expected.bits);
    const binary = dataset(
      x,
      Array.from(labels, (label) => [Number(label === 0)]),
      { shape: [3] },
    );
    const train = async (classWeights: FitOptions['classWeights']): Promise<number[][]> => {
      const net = sequential({ inputShape: [3], seed: 1 }, [dense({ units: 1, activation: 'sigmoid' })]);
      await net.fit(binary, { loss: binaryCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }), classWeights });
      const bits = bitsOf(net);
      net.dispose();
      return bits;
    };
    expect(await train('balanced')).toEqual(await train({ 0: N / (2 * (N - counts[0]!)), 1: N / (2 * counts[0]!) }));
  });

  it('do not weigh validation', async () => {
    const validation = { ...options, epochs: 1, validation: plain };
    const net = softmaxNet();
    const optimizer = sgd({ learningRate: 0 });
    const { epochs } = await net.fit(plain, { loss: crossEntropy(), optimizer, ...validation, classWeights: { 1: 9 } });
    expect(epochs[0]!.valLoss).toBe(net.evaluate(plain, { loss: crossEntropy() }).loss);
    net.dispose();
  });

  it.each([
    [{ 3: 1 }, RangeError, "fit: expected classWeights of classes 0 to 2, got one of '3'"],
    [{ a: 1 }, RangeError, "fit: expected classWeights of classes 0 to 2, got one of 'a'"],
    [{ 0: -1 }, RangeError, 'fit: expected classWeights[0] to be a finite number >= 0, got -1'],
    [{ 0: NaN }, RangeError, 'fit: expected classWeights[0] to be a finite number >= 0, got NaN'],
    [{ 0: 0, 1: 0, 2: 0 }, RangeError, 'fit: expected a class weight > 0, got weights of 0'],
    ['even', TypeError, "fit: expected classWeights to be 'balanced' or an object, got 'even'"],
  ])('%j are refused', async (classWeights, Class, message) => {
    const net = softmaxNet();
    const bad = { loss: crossEntropy(), optimizer: sgd({ learningRate: 1 }), ...{ classWeights } };
    // @ts-expect-error weights that are none
    await expect(net.fit(plain, bad)).rejects.toThrow(new Class(message));
    net.dispose();
  });

  it('ask for classes', async () => {
    const net = sequential({ inputShape: [3] }, [dense({ units: 1 })]);
    const data = dataset(x, numbers(N, 9), { shape: [3] });
    const options = { loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }) };
    await expect(net.fit(data, { ...options, classWeights: { 0: 2 } })).rejects.toThrow(
      typed(TypeError, /^fit: expected targets that are classes/),
    );
    net.dispose();
  });
});
