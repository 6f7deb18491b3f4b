// Another fit with the same optimizer goes on; what callbacks can do with the learning rate and the weights.
import { describe, expect, it } from 'vitest';
import { memory } from '../../src/index.js';
import { dataset, type Batch } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import {
  exponentialMovingAverage,
  lrFinder,
  reduceLrOnPlateau,
  sequential,
  type Callback,
  type FitOptions,
  type Model,
  type TrainingSnapshot,
} from '../../src/models/index.js';
import { adam, exponentialDecay, sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { noisyModel, options, toyData, toyModel, toyRows, using } from './problem.js';

withRuntime();

const scheduled = (): FitOptions['optimizer'] =>
  adam({ learningRate: exponentialDecay({ initial: 0.05, rate: 0.5, steps: 3 }) });

describe.each([false, true])('another fit with worker: %s', (worker) => {
  const data = toyData(40);

  it('goes on with the same optimizer as one fit would', async () => {
    await using(noisyModel(), async (model) => {
      const optimizer = scheduled();
      await model.fit(data, { ...options, worker, optimizer, epochs: 2 });
      const { epochs } = await model.fit(data, { ...options, worker, optimizer, epochs: 3 });
      expect(epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5]);
      expect(model.trainingState).toMatchObject({ epoch: 5, steps: 25 });
      await using(noisyModel(), async (other) => {
        await other.fit(data, { ...options, optimizer: scheduled(), epochs: 5 });
        expect(model.getWeights()).toEqual(other.getWeights());
      });
    });
  });

  it('begins anew with another optimizer, and with reset', async () => {
    await using(noisyModel(), async (model) => {
      const optimizer = scheduled();
      expect(model.trainingState).toBeUndefined();
      await model.fit(data, { ...options, worker, optimizer });
      const between = model.getWeights();
      for (const again of [{ optimizer: scheduled() }, { optimizer, reset: true }]) {
        model.setWeights(between);
        await model.fit(data, { ...options, worker, optimizer, reset: true, epochs: 1 });
        model.setWeights(between);
        const { epochs } = await model.fit(data, { ...options, worker, ...again });
        expect(epochs[0]!.epoch).toBe(1);
        await using(noisyModel(9), async (other) => {
          other.setWeights(between);
          await other.fit(data, { ...options, optimizer: scheduled() });
          expect(other.getWeights()).toEqual(model.getWeights());
        });
      }
    });
  });

  it('after an abort goes on from the last step', async () => {
    await using(noisyModel(), async (model) => {
      const aborter = new AbortController();
      const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }): void => {
        if (epoch === 2 && batch === 2) aborter.abort();
      };
      const own = { ...options, worker, optimizer: scheduled() };
      await model.fit(data, { ...own, onBatchEnd, signal: aborter.signal });
      expect(model.trainingState).toMatchObject({ epoch: 1, steps: 7 });
      const { epochs } = await model.fit(data, { ...own, epochs: 1 });
      expect(epochs.map(({ epoch }) => epoch)).toEqual([2]);
      expect(model.trainingState?.steps).toBe(12);
    });
  });

  it('initialEpoch names the first epoch, whose order of rows it has', async () => {
    const train = async (more: Partial<FitOptions>[]): Promise<unknown> =>
      using(toyModel(), async (model) => {
        const numbers: number[] = [];
        for (const each of more) {
          const { epochs } = await model.fit(data, {
            ...options,
            worker,
            optimizer: sgd({ learningRate: 0.1 }),
            ...each,
          });
          numbers.push(...epochs.map(({ epoch }) => epoch));
        }
        return [numbers, model.getWeights()];
      });
    expect(await train([{ epochs: 1 }, { epochs: 2, initialEpoch: 1 }])).toEqual(await train([{ epochs: 3 }]));
  });
});

describe.each([false, true])('callbacks with worker: %s', (worker) => {
  it('set the learning rate of the next step, which snapshots keep', async () => {
    const train = async (
      learningRate: number | ((step: number) => number),
      callbacks: Callback[],
      from?: TrainingSnapshot,
    ) =>
      using(toyModel(), async (model) => {
        const seen: number[] = [];
        const optimizer = sgd({ learningRate, momentum: 0.9 });
        const onBatchEnd = (log: { learningRate: number }): number => seen.push(log.learningRate);
        const { epochs } = await model.fit(toyData(32), { ...options, worker, optimizer, callbacks, onBatchEnd, from });
        return { seen, rates: epochs.map((log) => log.learningRate), weights: model.getWeights() };
      });
    let snapshot: TrainingSnapshot | undefined;
    const setting: Callback = {
      onBatchEnd({ epoch, batch }, control) {
        if (epoch === 2 && batch === 1) control.learningRate = 0.01;
        if (epoch === 2 && batch === 3) snapshot = control.snapshot();
      },
    };
    const plain = await train((step) => (step < 5 ? 0.1 : 0.01), []);
    const set = await train(0.1, [setting]);
    expect(set).toEqual(plain);
    expect(set.rates).toEqual([0.1, 0.01, 0.01]);
    expect((await train(0.1, [], snapshot)).weights).toEqual(plain.weights);
    await using(toyModel(), async (model) => {
      const wrong: Callback = { onBatchEnd: (_, control) => (control.learningRate = -1) };
      await expect(model.fit(toyData(8), { ...options, worker, callbacks: [wrong] })).rejects.toThrow(
        new RangeError('fit: expected learningRate to be a finite number >= 0, got -1'),
      );
    });
  });

  it('reduceLrOnPlateau reduces it after epochs without improvement', async () => {
    await using(toyModel(), async (model) => {
      const optimizer = sgd({ learningRate: 1e-9 });
      const plateau = reduceLrOnPlateau({ monitor: 'loss', factor: 0.1, patience: 2, cooldown: 1, minLearningRate: 5e-12 }); // prettier-ignore
      const { epochs } = await model.fit(toyData(16), {
        ...options,
        worker,
        optimizer,
        epochs: 8,
        callbacks: [plateau],
      });
      const rates = [1, 1, 1, 0.1, 0.1, 0.01, 0.01, 0.005].map((factor) => 1e-9 * factor);
      epochs.forEach(({ learningRate }, i) => expect(learningRate / rates[i]!).toBeCloseTo(1, 6));
    });
  });

  it('exponentialMovingAverage validates and ends with the means', async () => {
    await using(toyModel(), async (model) => {
      const means: Record<string, number[]> = {};
      const plain: Callback = {
        onBatchEnd(_, { model: now }) {
          for (const [name, values] of Object.entries(now.getWeights()))
            means[name] = [...values].map((value, i) => {
              const before = means[name]?.[i];
              return before === undefined ? value : 0.8 * before + 0.2 * value;
            });
        },
      };
      const optimizer = sgd({ learningRate: 0.2 });
      const validation = toyData(30, 2);
      const callbacks = [plain, exponentialMovingAverage({ decay: 0.8 })];
      const { epochs } = await model.fit(toyData(32), { ...options, worker, optimizer, validation, callbacks });
      const weights = model.getWeights();
      for (const [name, values] of Object.entries(means))
        values.forEach((value, i) => expect(weights[name]![i]).toBeCloseTo(value, 5));
      expect(model.evaluate(validation, { loss: crossEntropy() }).loss).toBeCloseTo(epochs.at(-1)!.valLoss!, 6);
      await using(toyModel(), async (other) => {
        const { epochs: same } = await other.fit(toyData(32), { ...options, optimizer: sgd({ learningRate: 0.2 }) });
        expect(epochs.map(({ loss }) => loss)).toEqual(same.map(({ loss }) => loss));
      });
    });
  });

  it('lrFinder suggests a rate, and restores the weights', async () => {
    const make = (): Model => sequential({ inputShape: [4], seed: 1 }, [dense({ units: 1 })]);
    await using(make(), async (model) => {
      const { x } = toyRows(64);
      const y = Float32Array.from({ length: 64 }, (_, i) => x[4 * i]! - 2 * x[4 * i + 1]!);
      const before = model.getWeights();
      const found = await lrFinder(model, dataset(x, y), { loss: meanSquaredError(), optimizer: sgd(), worker });
      expect(model.getWeights()).toEqual(before);
      expect(found.rates).toHaveLength(found.losses.length);
      expect(found.rates[0]).toBe(1e-7);
      expect(found.losses.length).toBeLessThan(100); // it has diverged
      expect(found.suggestion).toBeGreaterThan(1e-3);
      expect(found.suggestion).toBeLessThan(2);
      const stream = function* (): Generator<Batch> {
        for (;;) yield { x: [[1, 2, 3, 4]], y: [[1]] };
      };
      const few = await lrFinder(model, stream, { loss: meanSquaredError(), optimizer: sgd(), steps: 5, to: 1e-5 });
      expect(few.rates).toHaveLength(5);
      await expect(lrFinder(model, stream, { loss: meanSquaredError(), optimizer: sgd(), steps: 1 })).rejects.toThrow(
        new RangeError('lrFinder: expected steps to be a whole number >= 2, got 1'),
      );
    });
  });
});

it('what a model keeps takes no linear memory', async () => {
  await using(toyModel(), async (model) => {
    const { used } = memory();
    await model.fit(toyData(16), options);
    expect(memory().used).toBe(used);
  });
});
