import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/index.js';
import {
  type EpochLog,
  type FitOptions,
  type History,
  type Model,
  type TrainingSnapshot,
} from '../../src/models/index.js';
import { adam, cosineDecay, rmsprop, sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { noisyModel, options, toyData, using } from './problem.js';

withRuntime();

const EPOCHS = 4;
const data = toyData(45); // six batches, the last of 5 rows

/** What of a history does not depend on the clock. */
const timeless = ({ epochs }: Pick<History, 'epochs'>): unknown =>
  epochs.map(({ seconds, samplesPerSecond, ...rest }: EpochLog) => [rest, seconds >= 0, samplesPerSecond >= 0]);

interface Outcome {
  readonly weights: Record<string, Float32Array>;
  readonly log: unknown;
}

/** A training, with a snapshot after a batch of an epoch, or after an epoch (batch 0). */
async function train(
  more: Partial<FitOptions>,
  at?: { epoch: number; batch: number },
): Promise<Outcome & { snapshot: TrainingSnapshot | undefined }> {
  let snapshot: TrainingSnapshot | undefined;
  return using(noisyModel(), async (model) => {
    const history = await model.fit(data, {
      ...options,
      epochs: EPOCHS,
      metrics: ['accuracy'],
      ...more,
      callbacks: [
        {
          onBatchEnd({ epoch, batch }, control) {
            if (epoch === at?.epoch && batch === at.batch) snapshot = control.snapshot();
          },
          onEpochEnd({ epoch }, control) {
            if (epoch === at?.epoch && at.batch === 0) snapshot = control.snapshot();
          },
        },
      ],
    });
    return { weights: model.getWeights(), log: timeless(history), snapshot };
  });
}

const optimizers = {
  'sgd with momentum': () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  'adam, amsgrad, on a schedule': () =>
    adam({ learningRate: cosineDecay({ initial: 0.05, steps: 20 }), amsgrad: true }),
  'centred rmsprop, clipped': () => rmsprop({ learningRate: 0.01, centered: true, momentum: 0.5, clipNorm: 0.1 }),
};

describe('a run continued from a snapshot', () => {
  it.each(Object.entries(optimizers))('goes on bit by bit: %s', async (_, make) => {
    const whole = await train({ optimizer: make() });
    for (const at of [
      { epoch: 2, batch: 0 },
      { epoch: 2, batch: 3 },
      { epoch: 3, batch: 6 },
      { epoch: 1, batch: 1 },
    ]) {
      const { snapshot, weights } = await train({ optimizer: make() }, at);
      expect(weights).toEqual(whole.weights); // taking one changes nothing
      expect(snapshot).toMatchObject(at.batch ? { epoch: at.epoch - 1, batch: at.batch } : { epoch: 2, batch: 0 });
      const continued = await using(noisyModel(99), async (model) => {
        const history = await model.fit(data, {
          ...options,
          optimizer: make(),
          epochs: EPOCHS,
          metrics: ['accuracy'],
          from: snapshot!,
        });
        return { weights: model.getWeights(), log: timeless(history) };
      });
      expect(continued).toEqual({ weights: whole.weights, log: whole.log });
    }
  });

  it('does so over unshuffled rows and over batches from a generator', async () => {
    const source = function* (): Generator<typeof data> {
      for (let i = 0; i < 45; i += 8) yield data.slice(i, Math.min(i + 8, 45));
    };
    const whole = await train({ shuffle: false });
    const { snapshot } = await train({ shuffle: false }, { epoch: 3, batch: 2 });
    for (const rows of [data, source]) {
      await using(noisyModel(99), async (model) => {
        const more: Partial<FitOptions> = { shuffle: false, epochs: EPOCHS, metrics: ['accuracy'], from: snapshot! };
        await model.fit(rows, { ...options, ...more });
        expect(model.getWeights()).toEqual(whole.weights);
      });
    }
  });

  it('is independent of the snapshot: it may be used again', async () => {
    const { snapshot } = await train({}, { epoch: 1, batch: 2 });
    const copy = structuredClone(snapshot!);
    const run = (): Promise<Record<string, Float32Array>> =>
      using(noisyModel(99), async (model) => {
        await model.fit(data, { ...options, metrics: ['accuracy'], from: snapshot! });
        return model.getWeights();
      });
    expect(await run()).toEqual(await run());
    expect(snapshot).toEqual(copy);
  });

  it('with all epochs done has nothing left to do', async () => {
    const { snapshot, weights } = await train({}, { epoch: EPOCHS, batch: 0 });
    await using(noisyModel(99), async (model) => {
      const { epochs, stopped } = await model.fit(data, {
        ...options,
        epochs: EPOCHS,
        metrics: ['accuracy'],
        from: snapshot!,
      });
      expect(stopped).toBe('completed');
      expect(epochs).toHaveLength(EPOCHS);
      expect(model.getWeights()).toEqual(weights);
    });
  });

  it('refuses one of another run before anything changes', async () => {
    const { snapshot } = await train({}, { epoch: 1, batch: 2 });
    const good = snapshot!;
    const refused = async (more: Partial<FitOptions>, from: TrainingSnapshot = good): Promise<unknown> =>
      using(noisyModel(99), async (model: Model) => {
        const before = model.getWeights();
        const reason: unknown = await model.fit(data, { ...options, metrics: ['accuracy'], ...more, from }).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(model.getWeights()).toEqual(before);
        return reason;
      });
    expect(await refused({ batchSize: 9 })).toBeInstanceOf(RangeError);
    expect(await refused({ seed: 6 })).toBeInstanceOf(RangeError);
    expect(await refused({ shuffle: false })).toBeInstanceOf(RangeError);
    expect(await refused({ metrics: [] })).toBeInstanceOf(FormatError);
    expect(await refused({ optimizer: sgd() })).toBeInstanceOf(FormatError);
    const { 'dense_1/kernel': gone, ...weights } = good.weights;
    expect(await refused({}, { ...good, weights })).toBeInstanceOf(FormatError);
    const short = { ...good.weights, 'dense_1/kernel': gone!.subarray(1) };
    expect(await refused({}, { ...good, weights: short })).toBeInstanceOf(FormatError);
    const spoilt = { ...good.weights, 'dense_1/kernel': gone!.map(() => NaN) };
    expect(await refused({}, { ...good, weights: spoilt })).toBeInstanceOf(FormatError);
    expect(await refused({}, { ...good, epoch: -1 })).toBeInstanceOf(FormatError);
    expect(await refused({}, { ...good, steps: 0.5 })).toBeInstanceOf(FormatError);
  });
});
