import { describe, expect, it, vi } from 'vitest';
import { DTypeError, memory, mean, mul, square, sub, sum, tensor, type Tensor } from '../../src/index.js';
import { dataset, permutation, type Batch, type RowData } from '../../src/data/index.js';
import { dense, l2 } from '../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { sequential, type EpochLog, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { CLASSES, FEATURES, noisyModel, options, toyData, toyModel, toyRows, using } from './problem.js';

withRuntime();

/** Loss and accuracy of softmax outputs in float64. */
function measured(model: Model, x: Float32Array, y: Int32Array): { loss: number; accuracy: number } {
  const output = model.predict(x);
  const p = output.data();
  output.dispose();
  let [loss, right] = [0, 0];
  y.forEach((label, r) => {
    const row = [...p.subarray(r * CLASSES, (r + 1) * CLASSES)];
    loss -= Math.log(row[label]!);
    right += Number(row.indexOf(Math.max(...row)) === label);
  });
  return { loss: loss / y.length, accuracy: right / y.length };
}

describe('fit', () => {
  it('reports the row-weighted mean of the batch losses, a short last batch included', async () => {
    await using(toyModel(), async (model) => {
      const batches: { loss: number; rows: number; epoch: number; batch: number }[] = [];
      const history = await model.fit(toyData(21), {
        ...options,
        epochs: 2,
        onBatchEnd: (log) => batches.push(log),
      });
      expect(batches.map(({ epoch, batch, rows }) => [epoch, batch, rows])).toEqual([
        [1, 1, 8],
        [1, 2, 8],
        [1, 3, 5],
        [2, 1, 8],
        [2, 2, 8],
        [2, 3, 5],
      ]);
      [1, 2].forEach((epoch) => {
        const own = batches.filter((log) => log.epoch === epoch);
        const expected = own.reduce((total, { loss, rows }) => total + loss * rows, 0) / 21;
        expect(history.epochs[epoch - 1]!.loss).toBeCloseTo(expected, 12);
      });
    });
  });

  it('sees every row once an epoch: with rate 0 the loss is that of the whole data', async () => {
    await using(toyModel(), async (model) => {
      const { x, y } = toyRows(37);
      const expected = measured(model, x, y);
      const { epochs } = await model.fit(dataset(x, y), {
        ...options,
        optimizer: sgd({ learningRate: 0 }),
        metrics: ['accuracy'],
      });
      expect(epochs).toHaveLength(3);
      for (const { loss, accuracy } of epochs) {
        expect(loss).toBeCloseTo(expected.loss, 6);
        expect(accuracy).toBeCloseTo(expected.accuracy, 6);
      }
    });
  });

  it('takes the rows in the order of the seed, or as they are', async () => {
    const x = Float32Array.from({ length: 10 }, (_, i) => i);
    for (const shuffle of [true, false]) {
      const seen: number[] = [];
      const model = sequential({ inputShape: [1] }, [dense({ units: 1, useBias: false, kernelInitializer: 'zeros' })]);
      await using(model, () =>
        model.fit(dataset(x, x), {
          loss: (_, target) => sum(target), // tells which rows are in the batch
          optimizer: sgd({ learningRate: 0 }),
          batchSize: 1,
          epochs: 2,
          seed: 9,
          shuffle,
          onBatchEnd: ({ loss }) => seen.push(loss),
        }),
      );
      expect(seen).toEqual([0, 1].flatMap((epoch) => [...(shuffle ? permutation(10, 9, epoch) : x)]));
    }
  });

  it('gives bit-identical weights for the same seed, others for another', async () => {
    const trained = (seed: number, build = noisyModel): Promise<Record<string, Float32Array>> =>
      using(build(), async (model) => {
        await model.fit(toyData(30), { ...options, seed });
        return model.getWeights();
      });
    const first = await trained(5);
    expect(await trained(5)).toEqual(first);
    expect(await trained(6)).not.toEqual(first);
    expect(await trained(6, toyModel)).not.toEqual(await trained(5, toyModel));
  });

  it('logs what an epoch was like and learns', async () => {
    await using(toyModel(), async (model) => {
      const logs: EpochLog[] = [];
      const history = await model.fit(toyData(60), {
        ...options,
        optimizer: sgd({ learningRate: (step) => 0.5 / (1 + step) }),
        epochs: 4,
        metrics: ['accuracy'],
        validation: toyData(20, 2),
        onEpochEnd: (log) => logs.push(log),
      });
      expect(history.stopped).toBe('completed');
      expect(logs).toEqual(history.epochs);
      expect(Object.keys(logs[0]!).sort()).toEqual(
        'accuracy epoch learningRate loss samplesPerSecond seconds valAccuracy valLoss'.split(' '),
      );
      expect(logs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
      expect(logs.map(({ learningRate }) => learningRate)).toEqual([8, 16, 24, 32].map((steps) => 0.5 / steps));
      for (const { seconds, samplesPerSecond } of logs) {
        expect(seconds).toBeGreaterThan(0);
        expect(samplesPerSecond).toBeGreaterThan(0);
        expect(Number.isFinite(samplesPerSecond)).toBe(true);
      }
      expect(logs[3]!.loss).toBeLessThan(logs[0]!.loss);
    });
  });

  it('has defaults: one epoch, batches of 32, shuffled', async () => {
    const run = (more: object): Promise<Record<string, Float32Array>> =>
      using(toyModel(), async (model) => {
        const { loss, optimizer } = options;
        const { epochs } = await model.fit(toyData(40), { loss, optimizer, ...more });
        expect(epochs).toHaveLength(1);
        return model.getWeights();
      });
    expect(await run({})).toEqual(await run({ batchSize: 32, epochs: 1, seed: 0, shuffle: true }));
    expect(await run({})).not.toEqual(await run({ shuffle: false }));
  });

  it('uses the rows as they are, whatever their shape: tensors, nested, flat', async () => {
    const { x, y } = toyRows(20);
    const rows = Array.from({ length: 20 }, (_, r) => [...x.subarray(r * FEATURES, (r + 1) * FEATURES)]);
    const oneHot = Array.from(y, (label) => [0, 1, 2].map((k) => Number(k === label)));
    const xTensor = tensor(x, [20, FEATURES]);
    const sets = [dataset(x, y), dataset(rows, oneHot), dataset(xTensor, y), dataset(rows, Float32Array.from(y))];
    xTensor.dispose();
    const results = [];
    for (const data of sets) {
      results.push(
        await using(toyModel(), async (model) => {
          await model.fit(data, options);
          return model.getWeights();
        }),
      );
    }
    for (const weights of results) expect(weights).toEqual(results[0]);
  });

  it('keeps memory constant from the second epoch on and gives all of it back', async () => {
    const before = memory();
    await using(noisyModel(), async (model) => {
      const used: number[] = [];
      await model.fit(toyData(45), {
        ...options,
        epochs: 6,
        metrics: ['accuracy'],
        validation: toyData(300, 2),
        onEpochEnd: () => used.push(memory().used),
      });
      expect(new Set(used.slice(1)).size).toBe(1);
    });
    expect(memory().used).toBe(before.used);
    expect(memory().liveTensors).toBe(before.liveTensors);
  });

  it.each<[string, unknown]>([
    ['messages', MessageChannel],
    ['timers, in jsdom', undefined],
  ])('lets the event loop run in between, by %s', async (_, channel) => {
    vi.stubGlobal('MessageChannel', channel);
    await using(toyModel(), async (model) => {
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      const aborter = new AbortController();
      // Ends by itself once the timer has been seen: with no turn given it would go on to the last epoch.
      const { epochs } = await model.fit(toyData(400), {
        ...options,
        batchSize: 1,
        epochs: 5000,
        signal: aborter.signal,
        onEpochEnd: () => {
          if (turns > 2) aborter.abort();
        },
      });
      clearInterval(timer);
      expect(turns).toBeGreaterThan(2);
      expect(epochs.length).toBeLessThan(5000);
    });
    vi.unstubAllGlobals();
  });
});

describe('validation', () => {
  it('is what evaluate says afterwards, penalties included, and leaves the weights alone', async () => {
    const model = sequential({ inputShape: [FEATURES], seed: 3 }, [
      dense({ units: 5, activation: 'relu', kernelRegularizer: l2(0.01) }),
      dense({ units: CLASSES, activation: 'softmax', kernelRegularizer: (w) => mul(sum(square(w)), 0.02) }),
    ]);
    await using(model, async () => {
      const validation = toyData(301, 7);
      const { epochs } = await model.fit(toyData(40), { ...options, validation, metrics: ['accuracy'] });
      const { loss, accuracy } = model.evaluate(validation, { loss: options.loss, metrics: ['accuracy'] });
      expect(epochs.at(-1)).toMatchObject({ valLoss: loss, valAccuracy: accuracy });
      const { x, y } = toyRows(301, 7);
      const expected = measured(model, x, y);
      const { 'dense_1/kernel': k1, 'dense_2/kernel': k2 } = model.getWeights();
      const squares = (w: Float32Array): number => w.reduce((total, value) => total + value * value, 0);
      expect(loss).toBeCloseTo(expected.loss + 0.01 * squares(k1!) + 0.02 * squares(k2!), 5);
      expect(accuracy).toBeCloseTo(expected.accuracy, 6);
      expect(model.evaluate(validation, { loss: options.loss, batchSize: 7 }).loss).toBeCloseTo(loss, 5);
    });
  });

  it('does not change training', async () => {
    const run = (more: object): Promise<Record<string, Float32Array>> =>
      using(noisyModel(), async (model) => {
        await model.fit(toyData(30), { ...options, ...more });
        return model.getWeights();
      });
    expect(await run({ validation: toyData(10, 3), metrics: ['accuracy'] })).toEqual(await run({}));
  });

  it('by split takes the rows at the end, the same as the two parts by hand', async () => {
    const all = toyData(30);
    const run = (data: typeof all, more: object): Promise<unknown> =>
      using(toyModel(), async (model) => {
        const { epochs } = await model.fit(data, { ...options, ...more });
        return epochs.map(({ loss, valLoss }) => [loss, valLoss]);
      });
    expect(await run(all, { validationSplit: 0.3 })).toEqual(
      await run(all.slice(0, 21), { validation: all.slice(21) }),
    );
    // 10 * (1 - 0.9) is a little less than 1 in floating point
    expect(await run(toyData(10), { validationSplit: 0.9 })).toEqual(
      await run(toyData(10).slice(0, 1), { validation: toyData(10).slice(1) }),
    );
  });
});

describe('metrics', () => {
  const accuracyOf = async (model: Model, x: number[][], y: RowData): Promise<number> =>
    using(
      model,
      () => model.evaluate(dataset(x, y), { loss: meanSquaredErrorOfAny, metrics: ['accuracy'] })['accuracy'],
    );
  const meanSquaredErrorOfAny = (prediction: Tensor): Tensor => mean(prediction);
  const scores = [
    [3, 1, 2],
    [0, 5, 1],
    [1, 2, 9],
    [4, 0, 1],
  ];
  const identity = (): Model =>
    sequential({ inputShape: [3] }, [dense({ units: 3, useBias: false, kernelInitializer: 'identity' })]);

  it('accuracy of class indices and of one-hot rows', async () => {
    expect(await accuracyOf(identity(), scores, Int32Array.of(0, 1, 2, 1))).toBe(0.75);
    const oneHot = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
    ];
    expect(await accuracyOf(identity(), scores, oneHot)).toBe(0.5);
  });

  it('accuracy of a single output has its threshold at a half', async () => {
    const single = (): Model =>
      sequential({ inputShape: [1] }, [dense({ units: 1, useBias: false, kernelInitializer: 'ones' })]);
    const x = [[0.2], [0.5], [0.51], [0.9]];
    expect(await accuracyOf(single(), x, Int32Array.of(0, 0, 1, 0))).toBe(0.75);
    expect(await accuracyOf(single(), x, Float32Array.of(1, 0, 1, 1))).toBe(0.75);
  });

  it('of a fused loss see probabilities, not logits', async () => {
    const model = sequential({ inputShape: [1] }, [
      dense({ units: 1, activation: 'sigmoid', useBias: false, kernelInitializer: 'ones' }),
    ]);
    await using(model, async () => {
      const data = dataset([[-1], [0.2], [3]], [[0], [1], [1]]);
      const metrics = ['accuracy', { name: 'largest', compute: (p: Tensor) => mean(p) }] as const;
      const { accuracy, largest } = model.evaluate(data, { loss: binaryCrossEntropy(), metrics });
      expect(accuracy).toBe(1); // 0.2 as a logit is above, as a probability below one half
      const sigmoids = [-1, 0.2, 3].map((z) => 1 / (1 + Math.exp(-z)));
      expect(largest).toBeCloseTo(sigmoids.reduce((a, b) => a + b) / 3, 6);
      const { epochs } = await model.fit(data, {
        loss: binaryCrossEntropy(),
        optimizer: sgd({ learningRate: 0 }),
        metrics,
      });
      expect(epochs[0]!['largest']).toBeCloseTo(largest, 6);
    });
  });

  it('squared and absolute errors, and those of the user', async () => {
    await using(identity(), async (model) => {
      const data = dataset(scores.slice(0, 2), [
        [3, 0, 2],
        [0, 5, -1],
      ]);
      const bias = { name: 'bias', compute: (p: Tensor, t: Tensor) => mean(sub(p, t)) };
      const metrics = ['meanSquaredError', 'meanAbsoluteError', bias] as const;
      const loss = meanSquaredError();
      const found = model.evaluate(data, { loss, metrics });
      expect(found.loss).toBeCloseTo(5 / 6, 6);
      expect(found['meanSquaredError']).toBeCloseTo(5 / 6, 6);
      expect(found['meanAbsoluteError']).toBeCloseTo(0.5, 6);
      expect(found['bias']).toBeCloseTo(0.5, 6);
      const { epochs } = await model.fit(data, { loss, optimizer: sgd({ learningRate: 0 }), metrics, batchSize: 1 });
      expect(epochs[0]!['meanAbsoluteError']).toBeCloseTo(0.5, 6);
    });
  });

  it('must be scalars with names of their own', async () => {
    await using(toyModel(), async (model) => {
      const before = model.getWeights();
      const wide = { name: 'wide', compute: (p: Tensor) => p };
      await expect(model.fit(toyData(8), { ...options, metrics: [wide] })).rejects.toThrow(
        'wide: expected the metric to be an f32 scalar, got f32 of shape [8, 3]',
      );
      // @ts-expect-error not a tensor
      await expect(model.fit(toyData(8), { ...options, metrics: [{ name: 'n', compute: () => 1 }] })).rejects.toThrow(
        new TypeError('fit: n: expected the metric to be a scalar tensor, got 1'),
      );
      const data = toyData(8);
      const { loss } = options;
      expect(() => model.evaluate(data, { loss, metrics: ['accuracy', 'accuracy'] })).toThrow(
        new RangeError("evaluate: expected metrics of distinct names, got 'accuracy' twice"),
      );
      expect(() => model.evaluate(data, { loss, metrics: [{ ...wide, name: 'loss' }] })).toThrow(
        new RangeError("evaluate: expected metrics of distinct names, got 'loss' twice"),
      );
      // @ts-expect-error misspelt metric
      expect(() => model.evaluate(data, { loss, metrics: ['accurracy'] })).toThrow(
        new TypeError(
          "evaluate: expected a metric to be 'accuracy', 'precision', 'precisionMicro', 'recall', 'recallMicro', 'f1', 'f1Micro', 'auc', 'prAuc', 'r2', 'meanSquaredError', 'rootMeanSquaredError', 'meanAbsoluteError', 'topK(5)', { name, compute } or { name, init, update, result }, got 'accurracy'",
        ),
      );
      // @ts-expect-error not an array
      expect(() => model.evaluate(data, { loss, metrics: 'accuracy' })).toThrow(
        new TypeError("evaluate: expected metrics to be an array, got 'accuracy'"),
      );
      await expect(model.fit(data, { ...options, metrics: ['meanSquaredError'] })).rejects.toThrow(
        new DTypeError('fit: expected 24 targets ([8, 3]) for meanSquaredError, in f32, got i32 ([8])'),
      );
      expect(model.getWeights()).toEqual(before);
    });
  });
});

describe('batches from iterables', () => {
  const { x, y } = toyRows(20);
  const batch = (begin: number, end: number): Batch => ({
    x: Array.from({ length: end - begin }, (_, r) => [
      ...x.subarray((begin + r) * FEATURES, (begin + r + 1) * FEATURES),
    ]),
    y: y.slice(begin, end),
  });
  function* generator(): Generator<Batch> {
    yield batch(0, 8);
    yield batch(8, 16);
    yield batch(16, 20);
  }
  async function* asynchronous(): AsyncGenerator<Batch> {
    for (const item of generator()) {
      await new Promise((resolve) => setTimeout(resolve));
      yield item;
    }
  }

  it.each<[string, () => Parameters<Model['fit']>[0]]>([
    ['an array', () => [...generator()]],
    ['a set', () => new Set(generator())],
    ['a generator function', () => generator],
    ['an async generator function', () => asynchronous],
    ['dataset of one', () => dataset(asynchronous)],
  ])('%s train as the rows in order do', async (_, make) => {
    const run = (data: Parameters<Model['fit']>[0], shuffle: boolean): Promise<unknown> =>
      using(toyModel(), async (model) => {
        const { epochs } = await model.fit(data, { ...options, shuffle });
        return [epochs.map(({ loss }) => loss), model.getWeights()];
      });
    expect(await run(make(), true)).toEqual(await run(dataset(x, y), false));
  });

  it('a generator serves one epoch; a second is an error that names the remedy', async () => {
    await using(toyModel(), async (model) => {
      expect((await model.fit(generator(), { ...options, epochs: 1 })).epochs).toHaveLength(1);
      await expect(model.fit(generator(), options)).rejects.toThrow(
        new TypeError(
          'dataset: expected batches for another pass, got a generator that has been read (pass the generator function itself, or train for one epoch)',
        ),
      );
      expect((await model.fit(generator, options)).epochs).toHaveLength(3);
    });
  });

  it('are checked as they come; what was learnt before stays', async () => {
    await using(toyModel(), async (model) => {
      const fit = (items: Batch[]): Promise<unknown> => model.fit(items, { ...options, epochs: 1 });
      const wide: Batch = { x: [[1, 2, 3, 4, 5]], y: [0] };
      await expect(fit([batch(0, 8), wide])).rejects.toThrow(
        'dataset: batch 2: expected rows of shape [4] -> [], got [5] -> []',
      );
      await expect(fit([wide])).rejects.toThrow('fit: batch 1: expected rows of shape [4], got [5]');
      await expect(fit([batch(0, 8), { x: [[1, 2, 3, 4]], y: [7] }])).rejects.toThrow(
        new RangeError('fit: batch 2: expected labels from 0 to 2, got 7 at position 0'),
      );
      await expect(fit([batch(0, 8), { x: [[1, 2, NaN, 4]], y: [0] }])).rejects.toThrow(
        'dataset: batch 2: expected finite x, got NaN in row 0, element 2',
      );
      await expect(fit([batch(0, 8), { x: [[1, 2, 3, 4]] }])).rejects.toThrow(
        'dataset: batch 2: expected rows of shape [4] -> [], got [4]',
      );
      await expect(model.fit(new Set<Batch>(), { ...options, epochs: 1 })).rejects.toThrow(
        new RangeError('fit: expected at least one batch in an epoch, got none'),
      );
      expect((await model.fit(toyData(8), options)).stopped).toBe('completed');
    });
  });

  it('hears an abort while it waits for a batch', async () => {
    await using(toyModel(), async (model) => {
      const aborter = new AbortController();
      let release = (): void => undefined;
      let closed = false;
      const source = async function* (): AsyncGenerator<Batch> {
        try {
          yield batch(0, 8);
          await new Promise<void>((resolve) => {
            release = resolve;
            aborter.abort();
          });
          yield batch(0, 8);
        } finally {
          closed = true;
        }
      };
      const { epochs, stopped } = await model.fit(source, { ...options, signal: aborter.signal });
      expect([epochs.length, stopped, closed]).toEqual([0, 'aborted', false]);
      release();
      await expect.poll(() => closed).toBe(true);
    });
  });

  it('closes the generator when training ends early', async () => {
    await using(toyModel(), async (model) => {
      let closed = 0;
      const source = function* (): Generator<Batch> {
        try {
          for (;;) yield batch(0, 8);
        } finally {
          closed++;
        }
      };
      const aborter = new AbortController();
      const history = await model.fit(source, {
        ...options,
        signal: aborter.signal,
        onBatchEnd: ({ batch: number }) => {
          if (number === 4) aborter.abort();
        },
      });
      expect(history).toEqual({ epochs: [], stopped: 'aborted' });
      expect(closed).toBe(1);
    });
  });

  it('learn the labels of crossEntropy given as floats too', async () => {
    await using(toyModel(), async (model) => {
      const { epochs } = await model.fit([{ x: [[1, 2, 3, 4]], y: [2] }], { ...options, loss: crossEntropy() });
      expect(epochs[2]!.loss).toBeLessThan(epochs[0]!.loss);
    });
  });
});
