// What evaluate, validation and weights of classes make of data whose rows and steps do not all count.
import { describe, expect, it } from 'vitest';
import { dataset, type DatasetOptions } from '../../src/data/index.js';
import { dense, gru, timeDistributed } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError, type NamedLoss } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { factories } from '../losses/factories.js';

withRuntime();

const [B, T, K] = [5, 4, 3];
const x = numbers(B * T * 2, 1);
const lengths = [4, 1, 3, 1, 2];
const hot = (row: number): number[] => Array.from({ length: K }, (_, k) => Number(k === (row * 7) % K));
const ofSteps = Array.from({ length: B }, (_, i) => Array.from({ length: T }, (__, t) => hot(i * T + t)));
const weighings = { none: undefined, ones: Array<number>(B).fill(1), rows: [1, 2, 0, 0.5, 3] };

/** Two layers, the first of which gives every step or the last one. */
const net = (steps: boolean): Model =>
  sequential({ inputShape: [T, 2], seed: 5 }, [
    gru({ units: 3, returnSequences: steps }),
    dense({ units: K, activation: 'softmax' }),
  ]);

describe.each(Object.entries(factories))('%s of sequences', (_, factory: () => NamedLoss) => {
  it.each([true, false])('is the same from batches of any size, with weights of 1 too (steps: %s)', (steps) => {
    const model = net(steps);
    const loss = factory();
    const y = steps ? ofSteps : ofSteps.map(([first = []]) => first);
    const valueOf = (weights: readonly number[] | undefined, batchSize: number): number =>
      model.evaluate(dataset(x, y, { shape: [T, 2], lengths, ...(weights && { weights }) }), { loss, batchSize }).loss;
    for (const weights of Object.values(weighings)) {
      const whole = valueOf(weights, B);
      for (const batchSize of [1, 2, 3]) expectClose([valueOf(weights, batchSize)], [whole], 3e-6);
    }
    expectClose([valueOf(weighings.ones, 2)], [valueOf(undefined, B)], 3e-6);
    model.dispose();
  });
});

it('validation is what evaluate gives, of sequences in more batches than one, in a worker too', async () => {
  const size = 300;
  const rows = dataset(numbers(size * T, 2), numbers(size * T, 3), {
    shape: [T, 1],
    lengths: Array.from({ length: size }, (_, i) => (i < 256 ? 1 : T)),
  });
  const loss = meanSquaredError();
  for (const worker of [false, true]) {
    const model = sequential({ inputShape: [T, 1], seed: 1 }, [timeDistributed(dense({ units: 1 }))]);
    const { epochs } = await model.fit(rows, {
      ...{ loss, worker, epochs: 1, optimizer: sgd({ learningRate: 0.1 }), validation: rows },
    });
    expect(epochs[0]?.valLoss).toBe(model.evaluate(rows, { loss }).loss);
    expectClose([model.evaluate(rows, { loss }).loss], [model.evaluate(rows, { loss, batchSize: size }).loss], 1e-6);
    model.dispose();
  }
});

describe("classWeights: 'balanced'", () => {
  const trained = async (
    labels: readonly number[],
    options: DatasetOptions,
    classWeights: 'balanced' | Record<number, number>,
    steps: boolean,
  ): Promise<number[]> => {
    const model = net(steps);
    const y = labels.map((label) => Array.from({ length: K }, (_, k) => Number(k === label)));
    const nested = Array.from({ length: B }, (_, i) => y.slice(i * T, i * T + T));
    await model.fit(dataset(x, steps ? nested : y, { shape: [T, 2], ...options }), {
      ...{ loss: crossEntropy(), optimizer: sgd({ learningRate: 0.5 }), epochs: 2, batchSize: 3, classWeights },
    });
    const values = Object.values(model.getWeights()).flatMap((each) => Array.from(each));
    model.dispose();
    return values;
  };
  const factorsOf = (counted: readonly number[]): Record<number, number> => {
    const classes = new Set(counted);
    const factor = (k: number): number => counted.length / (classes.size * counted.filter((each) => each === k).length);
    return Object.fromEntries(Array.from(classes, (k) => [k, factor(k)]));
  };

  it('leaves out classes of which every row has weight 0, for every choice of one class', async () => {
    const labels = [0, 1, 2, 0, 1];
    for (let left = 0; left < K; left++) {
      const weights = labels.map((label) => Number(label !== left));
      const expected = factorsOf(labels.filter((label) => label !== left));
      expect(await trained(labels, { weights }, 'balanced', false)).toEqual(
        await trained(labels, { weights }, expected, false),
      );
    }
  });

  it('does not count steps past the lengths, with weights of rows or without', async () => {
    const labels = Array.from({ length: B * T }, (_, i) => (i % T < (lengths[Math.floor(i / T)] ?? 0) ? i % 2 : 2));
    for (const weights of Object.values(weighings)) {
      const counts = (i: number): boolean =>
        i % T < (lengths[Math.floor(i / T)] ?? 0) && (weights?.[Math.floor(i / T)] ?? 1) > 0;
      const expected = factorsOf(labels.filter((__, i) => counts(i)));
      const options = { lengths, ...(weights && { weights }) };
      expect(await trained(labels, options, 'balanced', true)).toEqual(await trained(labels, options, expected, true));
    }
  });
});
