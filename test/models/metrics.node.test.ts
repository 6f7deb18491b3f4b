// Metrics against scikit-learn (references/make.py), whatever the batches are; counted in fit, in a worker, and resumed.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { dense, flatten } from '../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import {
  sequential,
  type AccumulatedMetric,
  type Metric,
  type Model,
  type TrainingSnapshot,
} from '../../src/models/index.js';
import { usualMode } from '../../src/models/metrics.js';
import { measures } from '../../src/models/metrics/named.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();

interface Case {
  readonly prediction: number[][];
  readonly target: number[] | number[][];
  readonly weights: number[] | null;
  readonly expected: Record<string, number>;
}

const cases = JSON.parse(readFileSync(new URL('references/metrics.json', import.meta.url), 'utf8')) as Record<
  string,
  Case
>;

/** A model that predicts its input. */
const identity = (...shape: number[]): Model => sequential({ inputShape: shape }, [flatten()]);

const lossOf = (name: string) => (/^(binary|labels)/.test(name) ? binaryCrossEntropy() : meanSquaredError());

describe('evaluate gives what scikit-learn gives for all rows at once', () => {
  const unweighted = Object.entries(cases).filter(([, { weights }]) => weights === null);
  it.each(unweighted)('%s', async (name, { prediction, target, expected }) => {
    const K = prediction[0]!.length;
    const hot = (label: number): number[] => Array.from({ length: K }, (_, k) => Number(k === label));
    const rows = target.map((each) => (Array.isArray(each) ? each : hot(each)));
    await using(identity(K), (model) => {
      for (const batchSize of [53, 8, 1]) {
        const metrics = Object.keys(expected) as Metric[];
        const found = model.evaluate(dataset(prediction, rows), { loss: lossOf(name), metrics, batchSize });
        for (const [metric, value] of Object.entries(expected))
          expect(found[metric], `${metric}, batches of ${batchSize}`).toBeCloseTo(value, 12);
      }
    });
  });

  it('class indices count like one-hot rows', async () => {
    const { prediction, target, expected } = cases['classes']!;
    const metrics = Object.keys(expected) as Metric[];
    await using(identity(4), (model) => {
      const data = dataset(prediction, Int32Array.from(target.flat()));
      const found = model.evaluate(data, { loss: crossEntropy({ fromLogits: true }), metrics, batchSize: 8 });
      for (const [metric, value] of Object.entries(expected)) expect(found[metric], metric).toBeCloseTo(value, 12);
    });
  });
});

it.each(Object.entries(cases))('with weights of rows, in parts: %s', async (name, own) => {
  const { prediction, target, expected } = own;
  const K = prediction[0]!.length;
  const hot = (label: number): number[] => Array.from({ length: K }, (_, k) => Number(k === label));
  const rows = target.map((each) => (Array.isArray(each) ? each : hot(each)));
  const metrics = Object.keys(expected) as Metric[];
  const data = dataset(prediction, rows, own.weights ? { weights: own.weights } : {});
  await using(identity(K), (model) => {
    for (const batchSize of [53, 20, 3]) {
      const found = model.evaluate(data, { loss: lossOf(name), metrics, batchSize });
      for (const [metric, value] of Object.entries(expected))
        expect(found[metric], `${metric}, batches of ${batchSize}`).toBeCloseTo(value, 12);
    }
  });
});

describe('what is undefined', () => {
  const evaluate = (y: number[][], metrics: Metric[]): Promise<Record<string, number>> =>
    using(identity(1), (model) => model.evaluate(dataset([[0.2], [0.4]], y), { loss: binaryCrossEntropy(), metrics }));

  it('no order with rows of one class', async () => {
    expect(await evaluate([[0], [0]], ['auc', 'prAuc'])).toMatchObject({ auc: NaN, prAuc: NaN });
    expect(await evaluate([[1], [1]], ['auc', 'prAuc'])).toMatchObject({ auc: NaN, prAuc: 1 });
  });

  it('0 where nothing is positive', async () => {
    expect(await evaluate([[0], [0]], ['precision', 'recall', 'f1', 'f1Micro'])).toMatchObject({ precision: 0, recall: 0, f1: 0, f1Micro: 0 }); // prettier-ignore
  });

  it('R2 of equal targets: 1 if all predictions are exact, else 0', async () => {
    await using(identity(1), (model) => {
      const r2 = (x: number[][]) =>
        model.evaluate(dataset(x, [[2], [2]]), { loss: meanSquaredError(), metrics: ['r2'] }).r2;
      expect(r2([[2], [2]])).toBe(1);
      expect(r2([[2], [3]])).toBe(0);
    });
  });
});

it('auc is the share of pairs in the right order, whatever the signs of the scores; 0 and -0 are equal', () => {
  const some = [-Infinity, -1e30, -2, -1e-40, -0, 0, 1e-40, 0.5, 3, 1e30, Infinity];
  const rows = Array.from({ length: 66 }, (_, i) => [some[(i * 7) % 11]!, (i * 5) % 3 > 0 ? 1 : 0] as const);
  let [right, pairs] = [0, 0];
  for (const [score, label] of rows)
    for (const [other, no] of rows) {
      if (label === 0 || no === 1) continue;
      pairs++;
      right += score > other ? 1 : score === other ? 0.5 : 0;
    }
  const auc = measures.auc({ K: 1, threshold: 0.5, isMultiLabel: true });
  const column = (at: 0 | 1): Float32Array => Float32Array.from(rows, (row) => row[at]);
  expect(auc.result(auc.update(auc.init(), column(0), column(1), undefined))).toBeCloseTo(right / pairs, 12);
});

it('the threshold follows the loss, and the labels of a binary cross-entropy are decisions of their own', async () => {
  await using(identity(2), (model) => {
    const data = dataset([[0.2, 0.3], [-1, 2]], [[1, 1], [0, 0]]); // prettier-ignore
    const accuracy = (loss: ReturnType<typeof binaryCrossEntropy>) =>
      model.evaluate(data, { loss, metrics: ['accuracy'] }).accuracy;
    expect(accuracy(binaryCrossEntropy({ fromLogits: true }))).toBe(0.75);
    expect(accuracy(meanSquaredError())).toBe(0); // classes: the first of equals, 0, instead of 1
  });
});

/** The largest error so far, and how many batches and rows there were. */
const largest = {
  name: 'largest' as const,
  init: () => ({ error: 0, rows: 0 }),
  update(state: { error: number; rows: number }, prediction: Float32Array, target: Float32Array) {
    expect(prediction.length).toBe(3 * target.length);
    for (let i = 0; i < target.length; i++) state.error = Math.max(state.error, 1 - prediction[3 * i + target[i]!]!);
    return { ...state, rows: state.rows + target.length };
  },
  result: ({ error, rows }: { error: number; rows: number }) => error + rows,
} satisfies AccumulatedMetric;

describe('in fit', () => {
  const metrics = ['accuracy', 'auc', 'f1', 'topK(2)', largest] as const;
  const still = { ...options, optimizer: sgd({ learningRate: 0 }), metrics };

  it('an epoch is counted as a whole, validation too', async () => {
    await using(toyModel(), async (model) => {
      const expected = model.evaluate(toyData(45), { loss: options.loss, metrics });
      const { epochs } = await model.fit(toyData(45), { ...still, epochs: 2, validation: toyData(45) });
      for (const log of epochs)
        for (const name of ['accuracy', 'auc', 'f1', 'topK(2)', 'largest'] as const) {
          expect(log[name], name).toBeCloseTo(expected[name], 12);
          expect(log[`val${name[0]!.toUpperCase()}${name.slice(1)}` as 'valAuc'], `validation: ${name}`).toBe(
            expected[name],
          );
        }
      expect(Math.floor(expected.largest)).toBe(45);
    });
  });

  it('a worker counts the same bits', async () => {
    const run = (worker: boolean) =>
      using(toyModel(), async (model) => {
        const { epochs } = await model.fit(toyData(45), { ...options, metrics, worker, validation: toyData(300, 2) });
        return epochs.map(({ seconds: _, samplesPerSecond: __, ...log }) => log);
      });
    expect(await run(true)).toEqual(await run(false));
  });

  it('a resumed epoch has counted its first batches', async () => {
    const data = toyData(45);
    const run = async (batches: number) => {
      let snapshot: TrainingSnapshot | undefined;
      const callback = {
        onBatchEnd({ epoch, batch }: { epoch: number; batch: number }, control: { snapshot: () => TrainingSnapshot }) {
          if (epoch === 2 && batch === batches) snapshot = control.snapshot();
        },
      };
      const whole = await using(toyModel(), (model) => model.fit(data, { ...options, metrics, callbacks: [callback] }));
      const rest = await using(toyModel(2), (model) => model.fit(data, { ...options, metrics, from: snapshot! }));
      const bits = ({ epochs }: typeof whole) => epochs.map(({ seconds: _, samplesPerSecond: __, ...log }) => log);
      expect(bits(rest)).toEqual(bits(whole));
      return snapshot!;
    };
    const snapshot = await run(3);
    const { states: _, ...old } = snapshot;
    const refused = (from: TrainingSnapshot) =>
      using(toyModel(), (model) => model.fit(data, { ...options, metrics, from }));
    await expect(refused({ ...snapshot, states: [] })).rejects.toThrow(typed(FormatError, /^resume: expected states of loss, accuracy, auc/)); // prettier-ignore
    await expect(refused({ ...snapshot, states: [['x', 1], [], [], [], []] })).rejects.toThrow(typed(FormatError, /^resume: expected states of/)); // prettier-ignore
    // Before there were states, the sums were those of means.
    await using(toyModel(2), async (model) => {
      const from = { ...old, sums: [old.sums[0]!, 24] };
      const { epochs } = await model.fit(data, { ...options, epochs: 2, metrics: ['accuracy'], from });
      expect(epochs[1]!.accuracy).toBeGreaterThan(24 / 45);
    });
  });
});

it('steps past a length do not count; custom metrics are given their weights', async () => {
  const seen: unknown[] = [];
  const watch: AccumulatedMetric = {
    name: 'watch',
    init: () => 0,
    update: (_state, prediction, target, weights) => seen.push([...prediction], [...target], [...(weights ?? [])]),
    result: () => 1,
  };
  const model = sequential({ inputShape: [3, 1] }, [dense({ units: 1, kernelInitializer: 'ones', useBias: false })]);
  await using(model, () => {
    const x = [[[1], [2], [9]], [[4], [9], [9]]]; // prettier-ignore
    const data = dataset(x, x.map((steps) => steps.map(([step]) => [step! + 1])), { lengths: [2, 1] }); // prettier-ignore
    const metrics: Metric[] = ['meanAbsoluteError', 'r2', watch];
    const found = model.evaluate(data, { loss: meanSquaredError(), metrics });
    expect(found['meanAbsoluteError']).toBe(1);
    expect(found['r2']).toBeCloseTo(1 - 3 / (14 / 3), 12); // targets 2, 3 and 5
    expect(seen).toEqual([[1, 2, 0, 4, 0, 0], [2, 3, 0, 5, 0, 0], [1, 1, 0, 1, 0, 0]]); // prettier-ignore
  });
});

describe('refuses by name', () => {
  const evaluate = async (metric: unknown, K = 3): Promise<unknown> =>
    using(identity(K), (model): unknown => {
      const row = new Array<number>(K).fill(1);
      const given: unknown = { loss: meanSquaredError(), metrics: [metric] };
      return model.evaluate(dataset([row], [row]), given as Parameters<Model['evaluate']>[1]);
    });

  it.each(['topK(0)', 'topK(1.5)', 'topK', 'AUC', 'f2', '', null, 7, {}, { name: 'a' }, { name: 'a', init: () => 0 }])(
    'the metric %j',
    async (metric) => {
      await expect(evaluate(metric)).rejects.toThrow(typed(TypeError, /^evaluate: expected a metric to be 'accuracy', .*'topK\(5\)', \{ name, compute \}/)); // prettier-ignore
    },
  );

  it('topK for one output, and results that are no numbers', async () => {
    await expect(evaluate('topK(5)', 1)).rejects.toThrow('evaluate: expected several classes for topK(5), got one output unit'); // prettier-ignore
    const bad = { name: 'bad', init: () => 0, update: () => 1, result: () => '1' };
    await expect(evaluate(bad)).rejects.toThrow(new TypeError("bad: expected result to return a number, got '1'"));
  });
});

it('larger is better, except for losses and errors', () => {
  for (const name of ['accuracy', 'valAuc', 'prAuc', 'f1Micro', 'r2', 'valTopK(5)', 'output0Recall'])
    expect(usualMode(name), name).toBe('max');
  for (const name of ['loss', 'valLoss', 'meanSquaredError', 'kindRootMeanSquaredError'])
    expect(usualMode(name), name).toBe('min');
});

describe('weights', () => {
  const weighted = Object.entries(cases).filter(([, { weights }]) => weights !== null);
  it.each(weighted)('of rows: %s', async (name, { prediction, target, weights, expected }) => {
    const K = prediction[0]!.length;
    const hot = (label: number): number[] => Array.from({ length: K }, (_, k) => Number(k === label));
    const rows = target.map((each) => (Array.isArray(each) ? each : hot(each)));
    await using(identity(K), (model) => {
      const metrics = Object.keys(expected) as Metric[];
      const data = dataset(prediction, rows, { weights: weights! });
      const found = model.evaluate(data, { loss: lossOf(name), metrics, batchSize: 8 });
      for (const [metric, value] of Object.entries(expected)) expect(found[metric], metric).toBeCloseTo(value, 12);
    });
  });

  it('of sequences count for their valid steps', async () => {
    const model = sequential({ inputShape: [2, 1] }, [dense({ units: 1, kernelInitializer: 'ones', useBias: false })]);
    await using(model, () => {
      const x = [[[0], [0]], [[0], [0]]]; // prettier-ignore
      const evaluate = (weights: number[] | number[][]) =>
        model.evaluate(dataset(x, [[[1], [2]], [[5], [9]]], { lengths: [2, 1], weights }), { loss: meanSquaredError(), metrics: ['meanAbsoluteError'] }); // prettier-ignore
      expect(evaluate([1, 3])['meanAbsoluteError']).toBeCloseTo((1 + 2 + 15) / 5, 12);
      expect(evaluate([[1, 0], [1, 7]])['meanAbsoluteError']).toBeCloseTo((1 + 5) / 2, 12); // prettier-ignore
    });
  });
});
