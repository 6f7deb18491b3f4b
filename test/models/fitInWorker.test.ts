// Training in a worker: the same bits, logs and callbacks as training here.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { batchNorm, dense, embedding, gru, l1l2, l2 } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import {
  earlyStopping,
  sequential,
  type BatchLog,
  type Callback,
  type EpochLog,
  type FitOptions,
  type History,
  type Model,
  type TrainingSnapshot,
} from '../../src/models/index.js';
import { adam, cosineDecay, piecewise, rmsprop, sgd, warmup } from '../../src/optimizers/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { CLASSES, FEATURES, noisyModel, options, toyData, toyModel, toyRows, using } from './problem.js';
import { numbers } from './reference.js';

withRuntime();

function bits(model: Model): Record<string, number[]> {
  return Object.fromEntries(Object.entries(model.getWeights()).map(([name, values]) => [name, bitPatterns(values)]));
}

/** All of a log but what the clock says. */
function untimed({ epochs, stopped }: History): unknown {
  return { epochs: epochs.map((log) => ({ ...log, seconds: 0, samplesPerSecond: 0 })), stopped };
}

interface Case {
  readonly name: string;
  readonly make: () => Model;
  readonly data: () => ReturnType<typeof toyData>;
  readonly options: () => FitOptions;
}

const sequences = (): ReturnType<typeof toyData> =>
  dataset(
    Int32Array.from({ length: 30 * 5 }, (_, i) => (i * 7) % 11),
    Float32Array.from(numbers(30, 3)),
    { shape: [5], lengths: Array.from({ length: 30 }, (_, i) => 1 + (i % 5)) },
  );

const cases: Case[] = [
  {
    name: 'dropout and Adam, validation and metrics',
    make: () => noisyModel(),
    data: () => toyData(45),
    options: () => ({ ...options, validationSplit: 0.2, metrics: ['accuracy'] }),
  },
  {
    name: 'a schedule, clipping and penalties, many batches',
    make: () =>
      sequential({ inputShape: [FEATURES], seed: 2 }, [
        dense({ units: 9, activation: 'gelu', kernelRegularizer: l2(1e-3) }),
        dense({ units: CLASSES, activation: 'softmax', biasRegularizer: l1l2({ l1: 1e-3 }) }),
      ]),
    data: () => toyData(301),
    options: () => ({
      ...options,
      batchSize: 2,
      optimizer: sgd({
        learningRate: warmup(cosineDecay({ initial: 0.1, steps: 300 }), { steps: 20 }),
        momentum: 0.9,
        clipNorm: 0.5,
      }),
    }),
  },
  {
    name: 'running statistics, floats as labels, no shuffling',
    make: () =>
      sequential({ inputShape: [FEATURES], seed: 3 }, [dense({ units: 8 }), batchNorm(), dense({ units: CLASSES })]),
    data: () => {
      const { x, y } = toyRows(50);
      return dataset(x, Float32Array.from(y));
    },
    options: () => ({
      ...options,
      loss: crossEntropy({ fromLogits: true }),
      shuffle: false,
      optimizer: rmsprop({ learningRate: piecewise({ boundaries: [3, 9], values: [0.01, 0.02, 0.01] }) }),
    }),
  },
  {
    name: 'sequences of different lengths',
    make: () =>
      sequential({ inputShape: [5], seed: 4 }, [
        embedding({ inputDim: 11, outputDim: 4 }),
        gru({ units: 6 }),
        dense({ units: 1 }),
      ]),
    data: sequences,
    options: () => ({ ...options, loss: meanSquaredError(), validation: sequences() }),
  },
];

describe('fit with worker: true', () => {
  it.each(cases)('gives the weights and the history of training here: $name', async ({ make, data, options: of }) => {
    const [here, there] = [make(), make()];
    const expected = await here.fit(data(), of());
    const history = await there.fit(data(), { ...of(), worker: true });
    expect(bits(there)).toEqual(bits(here));
    expect(untimed(history)).toEqual(untimed(expected));
    for (const { seconds, samplesPerSecond } of history.epochs) {
      expect(seconds).toBeGreaterThan(0);
      expect(samplesPerSecond).toBeGreaterThan(0);
    }
    here.dispose();
    there.dispose();
  });

  it('leaves the rows as they were, and takes those in shared memory as they are', async () => {
    await using(toyModel(), async (here) => {
      const { x, y } = toyRows(40);
      await here.fit(dataset(x, y), options);
      const shared = typeof SharedArrayBuffer !== 'undefined';
      const copies = [x, y].map((rows) => {
        const copy = new Uint8Array(shared ? new SharedArrayBuffer(rows.byteLength) : new ArrayBuffer(rows.byteLength));
        copy.set(new Uint8Array(rows.buffer));
        return copy.buffer;
      });
      for (const rows of [dataset(x, y), dataset(new Float32Array(copies[0]!), new Int32Array(copies[1]!))]) {
        await using(toyModel(), async (model) => {
          await model.fit(rows, { ...options, worker: true });
          expect(bits(model)).toEqual(bits(here));
          expect(rows.x).toEqual(x);
          expect(rows.y).toEqual(y);
        });
      }
    });
  });

  it('tells callbacks and functions what they would hear here, and waits for them', async () => {
    const listen = async (worker: boolean): Promise<unknown> =>
      using(noisyModel(), async (model) => {
        const heard: unknown[] = [];
        const callback: Callback = {
          onTrainBegin: () => heard.push('begin'),
          onBatchEnd: (log, { snapshot }) => heard.push(log, bitPatterns(snapshot().weights['dense_1/kernel']!)),
          onEpochEnd: ({ epoch, loss }, { model: own }) => heard.push(epoch, loss, own.getWeights()),
          onTrainEnd: () => heard.push('end'),
        };
        await model.fit(toyData(20), {
          ...options,
          worker,
          callbacks: [callback],
          onBatchEnd: async ({ batch }: BatchLog) => {
            await new Promise((resolve) => setTimeout(resolve, 2));
            heard.push(batch);
          },
          onEpochEnd: ({ epoch }: EpochLog) => heard.push(epoch),
        });
        return heard;
      });
    expect(await listen(true)).toEqual(await listen(false));
  });

  it('keeps weights that a callback sets', async () => {
    const train = async (worker: boolean): Promise<unknown> =>
      using(toyModel(), async (model) => {
        const halve = (own: { getWeights(): Record<string, Float32Array>; setWeights(w: object): void }): void =>
          own.setWeights({ 'dense_1/kernel': own.getWeights()['dense_1/kernel']!.map((value) => value / 2) });
        const callback: Callback = {
          onBatchEnd: ({ batch }, { model: own }) => (batch === 2 ? halve(own) : undefined),
          onEpochEnd: (_log, { model: own }) => halve(own),
        };
        await model.fit(toyData(24), { ...options, worker, callbacks: [callback] });
        return bits(model);
      });
    expect(await train(true)).toEqual(await train(false));
  });

  it('stops early and restores the best weights', async () => {
    const train = async (worker: boolean): Promise<unknown> =>
      using(toyModel(), async (model) => {
        const history = await model.fit(toyData(30), {
          ...options,
          ...{ worker, epochs: 40, optimizer: adam({ learningRate: 0.5 }), validation: toyData(20, 9) },
          callbacks: [earlyStopping({ patience: 2 })],
        });
        expect(history.stopped).toBe('earlyStopping');
        return [untimed(history), bits(model)];
      });
    expect(await train(true)).toEqual(await train(false));
  });

  it('goes on from a snapshot, taken there or here, bit by bit', async () => {
    const whole = await using(noisyModel(), async (model) => {
      await model.fit(toyData(30), { ...options, epochs: 3 });
      return bits(model);
    });
    for (const worker of [true, false]) {
      const kept: TrainingSnapshot[] = [];
      const onBatchEnd: Callback['onBatchEnd'] = ({ epoch, batch }, { snapshot }) => {
        if (epoch === 2 && batch === 3) kept.push(snapshot());
      };
      await using(noisyModel(), (model) => model.fit(toyData(30), { ...options, worker, callbacks: [{ onBatchEnd }] }));
      await using(noisyModel(9), async (model) => {
        await model.fit(toyData(30), { ...options, from: kept[0]!, worker: !worker });
        expect(bits(model)).toEqual(whole);
      });
    }
  });
});

it('two models train at once, each in a worker; the event loop stays free; one model trains once at a time', async () => {
  const models = [noisyModel(1), noisyModel(2)];
  const alone = [noisyModel(1), noisyModel(2)];
  for (const model of alone) await model.fit(toyData(45), { ...options, epochs: 5 });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const both = models.map((model) => model.fit(toyData(45), { ...options, epochs: 5, worker: true }));
  await expect(models[0]!.fit(toyData(45), { ...options, worker: true })).rejects.toThrow(
    new Error('fit: expected a model that is not being trained, got one with a fit under way'),
  );
  await Promise.all(both);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
  expect(models.map(bits)).toEqual(alone.map(bits));
  for (const model of [...models, ...alone]) model.dispose();
});

describe('fit with worker: true refuses', () => {
  it('what is no boolean', async () => {
    await using(toyModel(), async (model) => {
      await expect(model.fit(toyData(10), { ...options, worker: 'yes' as unknown as boolean })).rejects.toThrow(
        new TypeError("fit: expected worker to be true or false, got 'yes'"),
      );
    });
  });
});
