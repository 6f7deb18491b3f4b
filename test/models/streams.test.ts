// Training, evaluating and predicting on batches that come one by one, here and in a worker.
import { describe, expect, it } from 'vitest';
import { DisposedError, memory, type Tensor } from '../../src/index.js';
import { dataset, stream, type Batch, type Batches, type TrainingData } from '../../src/data/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { type TrainingSnapshot } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { typed } from '../support/typed.js';
import { withRuntime } from '../support/live.js';
import { FEATURES, noisyModel, options, toyData, toyModel, toyRows, trained, using } from './problem.js';

withRuntime();

const ROWS = 60;
const { x, y } = toyRows(ROWS);

function batch(begin: number, end: number): Batch {
  return dataset(x, y).slice(begin % ROWS, Math.min(end, begin + ROWS - (begin % ROWS)) - begin + (begin % ROWS));
}

/** Batches of eight rows, a shorter one at the end. */
function* pass(): Generator<Batch> {
  for (let begin = 0; begin < ROWS; begin += 8) yield batch(begin, Math.min(begin + 8, ROWS));
}

/** A new one each time, as after a restart. */
const shuffled = () => stream(dataset(x, y)).shuffle(20, 3).repeat(2).batch(8).take(9);

/** Whether a generator has been closed. */
interface Watched {
  readonly source: () => AsyncGenerator<Batch>;
  closed: number;
  given: number;
}

function endless(failAt = Infinity): Watched {
  const watched: Watched = {
    closed: 0,
    given: 0,
    async *source() {
      try {
        for (let i = 0; ; i++) {
          await Promise.resolve();
          if (i === failAt) throw new Error('the disk is gone');
          const begin = (i * 8) % 56;
          watched.given++;
          yield { x: [...rowsOf(begin, 8)], y: y.slice(begin, begin + 8) };
        }
      } finally {
        watched.closed++;
      }
    },
  };
  return watched;
}

function* rowsOf(begin: number, count: number): Generator<number[]> {
  for (let r = begin; r < begin + count; r++) yield [...x.subarray(r * FEATURES, (r + 1) * FEATURES)];
}

describe.each([false, true])('with worker: %s', (worker) => {
  it('batches train as rows in their order do, also as validation data', async () => {
    const rows = await trained(noisyModel, dataset(x, y), { shuffle: false, validation: toyData(300, 2) });
    const validation = dataset(function* (): Generator<Batch> {
      const data = toyData(300, 2);
      yield data.slice(0, 256);
      yield data.slice(256);
    });
    expect(await trained(noisyModel, pass, { worker, validation })).toEqual(rows);
    expect(await trained(noisyModel, dataset(x, y), { shuffle: false, worker, validation })).toEqual(rows);
  });

  it('stepsPerEpoch ends the epochs of an endless stream, which goes on', async () => {
    const stream = endless();
    const { losses, stopped, weights } = await trained(toyModel, stream.source(), { worker, stepsPerEpoch: 7 });
    expect([losses.length, stopped, stream.closed]).toEqual([3, 'completed', 1]);
    const once = endless();
    const one = await trained(toyModel, once.source, { stepsPerEpoch: 21, epochs: 1 });
    expect(weights).toEqual(one.weights);
  });

  it('stepsPerEpoch of rows goes on with the next order', async () => {
    const whole = await trained(toyModel, dataset(x, y), { epochs: 2 });
    const { losses, weights } = await trained(toyModel, dataset(x, y), { worker, stepsPerEpoch: 4, epochs: 4 });
    expect(losses).toHaveLength(4);
    expect(weights).toEqual(whole.weights);
  });

  it('stepsPerEpoch reads what ends earlier again, but a generator only once', async () => {
    const twice = await trained(toyModel, pass, { epochs: 2 });
    expect((await trained(toyModel, pass, { worker, stepsPerEpoch: 16, epochs: 1 })).weights).toEqual(twice.weights);
    await using(toyModel(), async (model) => {
      await expect(model.fit(pass(), { ...options, worker, stepsPerEpoch: 5 })).rejects.toThrow(
        typed(TypeError, /^dataset: expected batches for another pass, got a generator that has been read/),
      );
      await expect(model.fit(new Set<Batch>(), { ...options, worker, stepsPerEpoch: 5 })).rejects.toThrow(
        new RangeError('fit: expected at least one batch in an epoch, got none'),
      );
    });
  });

  it('an exception in a generator ends training after the steps before it', async () => {
    await using(toyModel(), async (model) => {
      const before = memory().liveTensors;
      const stream = endless(11);
      await expect(model.fit(stream.source, { ...options, worker, stepsPerEpoch: 4 })).rejects.toThrow(
        new Error('the disk is gone'),
      );
      expect([stream.given, stream.closed, memory().liveTensors]).toEqual([11, 1, before]);
      const same = await trained(toyModel, endless().source, { stepsPerEpoch: 11, epochs: 1 });
      expect(model.getWeights()).toEqual(same.weights);
    });
  });

  it('an exception in a callback leaves the weights after the last step', async () => {
    const failing = (at: number) => {
      let count = 0;
      return () => {
        if (++count === at) throw new Error('the callback is broken');
      };
    };
    for (const data of [pass, dataset(x, y)])
      for (const listener of [{ onBatchEnd: failing(11) }, { callbacks: [{ onBatchEnd: failing(11) }] }])
        await using(toyModel(), async (model) => {
          await expect(model.fit(data, { ...options, shuffle: false, worker, ...listener })).rejects.toThrow(
            new Error('the callback is broken'),
          );
          const same = await trained(toyModel, pass, { stepsPerEpoch: 11, epochs: 1 });
          expect(model.getWeights()).toEqual(same.weights);
        });
  });

  it('the order of a shuffled stream belongs to the epoch, however often it was read before', async () => {
    const first = await trained(toyModel, shuffled(), { worker, epochs: 2 });
    const read = shuffled();
    for await (const each of read) expect(each).toBeDefined();
    expect(await trained(toyModel, read, { worker, epochs: 2 })).toEqual(first);
    await using(toyModel(), async (model) => {
      const optimizer = sgd({ learningRate: 0.1 });
      const all = await trained(toyModel, shuffled(), { worker, optimizer, epochs: 3 });
      await model.fit(shuffled(), { ...options, worker, optimizer, epochs: 1 });
      await model.fit(shuffled(), { ...options, worker, optimizer, epochs: 2 });
      expect(model.getWeights()).toEqual(all.weights);
    });
  });

  it('ragged and changing batches are named, and the iterator is closed', async () => {
    const later: readonly [unknown, RegExp][] = [
      [{ x: [[1, 2, 3, 4], [1, 2]], y: [0, 1] }, /^dataset: batch 3: expected /], // prettier-ignore
      [{ x: [[1, 2, 3]], y: [0] }, /^dataset: batch 3: expected rows of shape \[4\] -> \[\], got \[3\] -> \[\]/],
      [{ x: [[1, 2, 3, 4]], y: [3] }, /^fit: batch 3: expected labels from 0 to 2, got 3 at position 0/],
      [{ x: [], y: [] }, /^dataset: batch 3: expected at least one row/],
      [7, /^dataset: batch 3: expected a batch \{ x, y \}, got 7/],
    ];
    for (const [wrong, message] of later)
      await using(toyModel(), async (model) => {
        let closed = 0;
        const source: Batches = function* () {
          try {
            for (let i = 0; i < 2; i++) yield { x: [...rowsOf(8 * i, 8)], y: [...y.slice(8 * i, 8 * i + 8)] };
            yield wrong as Batch;
          } finally {
            closed++;
          }
        };
        await expect(model.fit(source, { ...options, worker })).rejects.toThrow(message);
        expect(closed).toBe(1);
      });
  });

  it('an abort closes an endless stream', async () => {
    await using(toyModel(), async (model) => {
      const stream = endless();
      const aborter = new AbortController();
      const onBatchEnd = ({ batch: number }: { batch: number }): void => {
        if (number === 5) aborter.abort();
      };
      const history = await model.fit(stream.source(), { ...options, worker, onBatchEnd, signal: aborter.signal });
      expect(history).toEqual({ epochs: [], stopped: 'aborted' });
      await expect.poll(() => stream.closed).toBe(1);
    });
  });

  it('a snapshot within an epoch of a stream goes on with the same bits', async () => {
    for (const more of [{ stepsPerEpoch: 5, accumulate: 1 }, { stepsPerEpoch: 5, accumulate: 3 }, { accumulate: 3 }])
      for (const data of [() => pass, () => dataset(x, y), shuffled] as (() => TrainingData)[]) {
        let snapshot: TrainingSnapshot | undefined;
        let count = 0;
        const callbacks = [
          {
            onBatchEnd: (_: unknown, control: { snapshot: () => TrainingSnapshot }) => {
              if (++count === 9) snapshot = control.snapshot();
            },
          },
        ];
        const whole = await trained(noisyModel, data(), { ...more, worker, callbacks });
        const rest = await trained(noisyModel, data(), { ...more, worker, from: snapshot });
        expect(rest).toEqual(whole);
      }
  });

  it('seconds end training after a batch', async () => {
    await using(toyModel(), async (model) => {
      const stream = endless();
      const before = model.getWeights();
      const { stopped, epochs } = await model.fit(stream.source, { ...options, worker, seconds: 0.05 });
      expect([stopped, epochs.length]).toEqual(['timeLimit', 0]);
      expect(model.getWeights()).not.toEqual(before);
      await expect.poll(() => stream.closed).toBe(1);
      expect((await model.fit(toyData(16), { ...options, worker, seconds: 1e6 })).stopped).toBe('completed');
    });
  });
});

describe('evaluate and predict', () => {
  const metrics = ['accuracy'] as const;

  it('take streams, and give promises', async () => {
    await using(toyModel(), async (model) => {
      const data = dataset(x, y);
      const all = model.evaluate(data, { loss: crossEntropy(), metrics, batchSize: 8 });
      const streamed = model.evaluate(pass, { loss: crossEntropy(), metrics, batchSize: 8 });
      expect(streamed).toBeInstanceOf(Promise);
      expect(await streamed).toEqual(all);
      expect(await model.evaluate([...pass()], { loss: crossEntropy(), metrics, batchSize: 8 })).toEqual(all); // prettier-ignore
      await expect(model.evaluate(new Set<Batch>(), { loss: crossEntropy() })).rejects.toThrow(
        new RangeError('evaluate: expected at least one batch, got none'),
      );
      const predictions: Tensor[] = [model.predict(x), await model.predict(pass), await model.predict(dataset(pass))];
      predictions.push(await model.predict(rows));
      const [whole = [], ...others] = predictions.map((each) => [...each.data()]);
      for (const other of others) {
        expect(other).toHaveLength(whole.length);
        other.forEach((value, i) => expect(value).toBeCloseTo(whole[i] ?? NaN, 6)); // other sizes round differently
      }
      expect(predictions.map(({ shape }) => shape)).toEqual(Array.from(predictions, () => [ROWS, 3]));
      for (const each of predictions) each.dispose();
    });
  });

  function* rows(): Generator<number[][]> {
    for (let begin = 0; begin < ROWS; begin += 16) yield [...rowsOf(begin, Math.min(16, ROWS - begin))];
  }

  it('refuse what does not fit with its number, and close the iterator', async () => {
    await using(toyModel(), async (model) => {
      let closed = 0;
      const source = function* (): Generator<Batch> {
        try {
          yield { x: [[1, 2, 3, 4]], y: [0] };
          yield { x: [[1, 2, 3, 4]], y: [5] };
        } finally {
          closed++;
        }
      };
      await expect(model.evaluate(source, { loss: crossEntropy() })).rejects.toThrow(
        new RangeError('evaluate: batch 2: expected labels from 0 to 2, got 5 at position 0'),
      );
      await expect(model.predict([{ x: [[1, 2]] }])).rejects.toThrow(
        'predict: batch 1: predict: expected input [batch, 4], got [1, 2]',
      );
      expect(closed).toBe(1);
    });
  });

  it('end when the model is disposed meanwhile', async () => {
    const model = toyModel();
    const evaluation = model.evaluate(endless().source, { loss: crossEntropy() });
    await Promise.resolve();
    model.dispose();
    await expect(evaluation).rejects.toThrow(typed(DisposedError, /^evaluate: expected a live model/));
  });
});
