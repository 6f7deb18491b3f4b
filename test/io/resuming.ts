// Runs that stop and go on, beside the same runs without a break. Where the state is kept is the caller's choice.
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { dataset, type Dataset } from '../../src/data/index.js';
import { checkpoint, resume, type Target } from '../../src/io/index.js';
import { dense, dropout, l2 } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential, type EpochLog, type FitOptions, type History, type Model } from '../../src/models/index.js';
import { adam, cosineDecay, rmsprop, sgd, type Optimizer } from '../../src/optimizers/index.js';
import { numbers } from '../support/slices.js';
import { weightBits } from './support.js';

const ROWS = 41; // the last batch of 8 is a short one
const BATCHES = 6;

function samples(): Dataset {
  const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * i) % 3);
  return dataset(numbers(ROWS * 4, 9), labels, { shape: [4] });
}

function network(): Model {
  return sequential({ inputShape: [4], seed: 2 }, [
    dense({ units: 6, activation: 'tanh', kernelRegularizer: l2(1e-3) }),
    dropout({ rate: 0.3 }),
    dense({ units: 3, activation: 'softmax' }),
  ]);
}

function fitOptions(optimizer: Optimizer, over: Partial<FitOptions> = {}): FitOptions {
  return {
    loss: crossEntropy(),
    optimizer,
    batchSize: 8,
    epochs: 4,
    seed: 3,
    metrics: ['accuracy'],
    validation: samples(),
    ...over,
  };
}

/** What of a history must be equal; times are not. */
function figures({ epochs }: History): Partial<EpochLog>[] {
  return epochs.map(({ seconds: _, samplesPerSecond: __, ...rest }) => rest);
}

const broken = new Error('the power went out');

/** A run that breaks off after so many batches, its state kept. */
async function interrupted(place: Target, options: FitOptions, after: number, every: number): Promise<number[]> {
  using model = network();
  const losses: number[] = [];
  const run = model.fit(samples(), {
    ...options,
    callbacks: [checkpoint(place, { every })],
    onBatchEnd: ({ loss }) => {
      if (losses.length === after) throw broken;
      losses.push(loss);
    },
  });
  await expect(run).rejects.toBe(broken);
  return losses;
}

/** A whole run. */
async function unbroken(model: Model, options: FitOptions): Promise<{ losses: number[]; history: History }> {
  const losses: number[] = [];
  const history = await model.fit(samples(), { ...options, onBatchEnd: ({ loss }) => void losses.push(loss) });
  return { losses, history };
}

const optimizers: [string, () => Optimizer][] = [
  ['sgd with momentum', () => sgd({ learningRate: 0.1, momentum: 0.9 })],
  ['adam', () => adam({ learningRate: 0.02 })],
  [
    'adam on a schedule, clipped',
    () => adam({ learningRate: cosineDecay({ initial: 0.05, steps: 24 }), amsgrad: true, clipNorm: 1 }),
  ],
  ['rmsprop, centred', () => rmsprop({ learningRate: 0.01, centered: true, momentum: 0.5 })],
];

/** The tests, for places that `place` makes from names. */
export function resumeTests(place: (name: string) => Target): void {
  describe.each(optimizers)('%s', (name, make) => {
    // Within an epoch, at its last batch, and right after its end.
    test.each([1, BATCHES + 2, 2 * BATCHES, 2 * BATCHES + 5])('goes on after %i batches', async (after) => {
      const at = place(`${name} ${after}`);
      const options = fitOptions(make());
      using whole = network();
      const { losses, history } = await unbroken(whole, options);

      const before = await interrupted(at, options, after, 1);
      using model = network();
      const rest: number[] = [];
      const resumed = await resume(at, model, samples(), {
        ...options,
        onBatchEnd: ({ loss }) => void rest.push(loss),
      });

      expect([...before, ...rest]).toEqual(losses);
      expect(figures(resumed)).toEqual(figures(history));
      expect(resumed.stopped).toBe('completed');
      expect(weightBits(model)).toEqual(weightBits(whole));
    });
  });

  test('goes on between the last batch of an epoch and its end', async () => {
    const at = place('before the end');
    const options = fitOptions(adam());
    using whole = network();
    const { history } = await unbroken(whole, options);
    using model = network();
    const onEpochEnd = (): never => {
      throw broken;
    };
    const run = model.fit(samples(), { ...options, onEpochEnd, callbacks: [checkpoint(at, { every: 1 })] });
    await expect(run).rejects.toBe(broken);
    expect((await resume(at)).batch).toBe(BATCHES);
    expect(figures(await resume(at, model, samples(), options))).toEqual(figures(history));
    expect(weightBits(model)).toEqual(weightBits(whole));
  });

  test('an aborted run goes on from its last checkpoint, and writes new ones', async () => {
    const at = place('aborted');
    const options = fitOptions(adam());
    using whole = network();
    const { history } = await unbroken(whole, options);

    const abort = new AbortController();
    using model = network();
    let batches = 0;
    const callbacks = [checkpoint(at, { every: 2 })];
    const first = await model.fit(samples(), {
      ...options,
      callbacks,
      signal: abort.signal,
      onBatchEnd: () => {
        if (++batches === BATCHES + 5) abort.abort(); // one batch after a checkpoint
      },
    });
    expect(first.stopped).toBe('aborted');
    const snapshot = await resume(at);
    expect([snapshot.epoch, snapshot.batch, snapshot.steps]).toEqual([1, 4, BATCHES + 4]);

    const second = await resume(at, model, samples(), { ...options, callbacks });
    expect(figures(second)).toEqual(figures(history));
    expect(weightBits(model)).toEqual(weightBits(whole));
    const last = await resume(at);
    expect([last.epoch, last.batch, last.log.length]).toEqual([4, 0, 4]);
    const nothing = await resume(at, model, samples(), options);
    expect(figures(nothing)).toEqual(figures(history));
  });

  test('a checkpoint at the end of an epoch only, unless asked', async () => {
    const at = place('epochs');
    await interrupted(at, fitOptions(sgd()), BATCHES + 3, 1000);
    const { epoch, batch, log } = await resume(at);
    expect([epoch, batch, log.length]).toEqual([1, 0, 1]);
  });

  test('belongs to its model, optimiser, and within an epoch to its order of rows', async () => {
    const at = place('belongs');
    const options = fitOptions(adam());
    await interrupted(at, options, 3, 1);
    using model = network();
    const before = weightBits(model);
    const attempt = (over: Partial<FitOptions>, into = model): Promise<History> =>
      resume(at, into, samples(), { ...options, ...over });
    using other = sequential({ inputShape: [4] }, [dense({ units: 3, activation: 'softmax' })]);
    const refused = (over: Partial<FitOptions>, error: Error, into = model): Promise<void> =>
      expect(attempt(over, into)).rejects.toThrow(error);
    await refused(
      {},
      new FormatError("resume: expected values for dense_1/kernel, dense_1/bias, got 'dense_2/kernel'"),
      other,
    );
    await refused({ optimizer: sgd() }, new FormatError("resume: expected state of sgd(), got 'adam(m, v)'"));
    await refused(
      { optimizer: adam({ amsgrad: true }) },
      new FormatError("resume: expected state of adam(m, v, vMax), got 'adam(m, v)'"),
    );
    await refused({ metrics: [] }, new FormatError('resume: expected running means of loss, got 2 numbers'));
    await refused(
      { batchSize: 4 },
      new RangeError('resume: fit: expected batchSize 8 as in the run to resume, which is within an epoch, got 4'),
    );
    await refused(
      { seed: 4 },
      new RangeError('resume: fit: expected seed 3 as in the run to resume, which is within an epoch, got 4'),
    );
    await refused(
      { shuffle: false },
      new RangeError('resume: fit: expected shuffle true as in the run to resume, which is within an epoch, got false'),
    );
    expect(weightBits(model)).toEqual(before);
    await expect(attempt({ epochs: 1 })).resolves.toMatchObject({ stopped: 'completed' });
  });

  test('nothing there', async () => {
    await expect(resume(place('missing'))).rejects.toThrow(
      /^resume: expected (to read|something saved as) '.*missing', got /,
    );
  });
}
