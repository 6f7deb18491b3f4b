// What fit's batches have in common with weights of rows, counted metrics and augmented images: the same bits on this
// thread, in a worker, from a stream and from rows.
import { describe, expect, it } from 'vitest';
import { augment, dataset, stream, type Dataset, type TrainingData } from '../../src/data/index.js';
import { conv2d, dense, flatten } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { input, connect, model as functional, sequential, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const ROWS = 22;
const random = (i: number): number => ((i * 7919) % 1013) / 1013 - 0.5;
const x = Float32Array.from({ length: ROWS * 4 }, (_, i) => random(i));
const y = Int32Array.from({ length: ROWS }, (_, i) => (i * i) % 3);
const weights = Float32Array.from({ length: ROWS }, (_, i) => i % 4);
const build = (): Model =>
  sequential({ inputShape: [4], seed: 3 }, [dense({ units: 5, activation: 'tanh' }), dense({ units: 3, activation: 'softmax' })]); // prettier-ignore
const rows = (): Dataset => dataset(x, y, { shape: [4], weights });
const batches = (size: number): (() => Generator<Dataset>) =>
  function* () {
    for (let i = 0; i < ROWS; i += size) yield rows().slice(i, Math.min(ROWS, i + size));
  };

type Options = Omit<Parameters<Model['fit']>[1], 'loss' | 'optimizer'>;

async function trained(data: TrainingData, options: Options, make = build) {
  using model = make();
  const { epochs } = await model.fit(data, {
    ...{
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.05 }),
      batchSize: 5,
      epochs: 3,
      metrics: ['f1', 'auc'],
    },
    ...options,
  });
  const logs = epochs.map(({ seconds: _, samplesPerSecond: __, ...log }) => log);
  return { weights: model.getWeights(), logs };
}

describe('weights of rows and classes', () => {
  const options: Options = { shuffle: false, validation: rows(), classWeights: { 0: 2, 2: 0.5 } };

  it.each([false, true])('are those of rows, in batches from a stream, with worker: %s', async (worker) => {
    const expected = await trained(rows(), options);
    expect(await trained(rows(), { ...options, worker })).toEqual(expected);
    expect(await trained(batches(5), { ...options, worker })).toEqual(expected);
    const streamed = stream(rows()).batch(5);
    const { logs } = await trained(streamed, { ...options, worker, validation: batches(256) });
    expect(logs).toEqual(expected.logs);
    expect((await trained(rows(), { ...options, classWeights: {} })).logs).not.toEqual(expected.logs);
  });

  it.each([false, true])('are applied once where gradients are accumulated, with worker: %s', async (worker) => {
    const more = { ...options, worker, accumulate: 2 };
    const expected = await trained(batches(5), { ...more, worker: false });
    expect(await trained(batches(5), more)).toEqual(expected);
    expect(await trained(rows(), more)).toEqual(expected);
  });

  it('count in the validation of a stream by their sum', async () => {
    using model = build();
    const options = { loss: crossEntropy(), metrics: ['f1', 'accuracy'] } as const;
    const expected = model.evaluate(rows(), { ...options, batchSize: 5 });
    expect(await model.evaluate(batches(5), options)).toEqual(expected);
    const whole = model.evaluate(rows(), options);
    expect(expected.loss).toBeCloseTo(whole.loss, 6);
    expect(expected.f1).toBe(whole.f1);
  });

  it("name the batch of a stream that is wrong, and refuse 'balanced'", async () => {
    const data = (): TrainingData => [
      { x: [[1, 2, 3, 4]], y: [[1, 0, 0]] },
      { x: [[1, 2, 3, 4]], y: [[0.5, 0.5, 0]] },
    ];
    await expect(trained(data(), { classWeights: { 0: 2 }, metrics: [] })).rejects.toThrow(
      new TypeError('fit: batch 2: expected targets that are classes for classWeights, got other numbers'),
    );
    for (const worker of [false, true])
      await expect(trained(data(), { classWeights: 'balanced', worker })).rejects.toThrow(
        new TypeError(
          "fit: expected data made by dataset(x, y) for classWeights 'balanced', got an iterable of batches",
        ),
      );
  });
});

describe('augmented images', () => {
  const images = (): Dataset => dataset(x, y, { shape: [2, 2, 1] });
  const make = (): Model =>
    sequential({ inputShape: [2, 2, 1], seed: 3 }, [conv2d({ filters: 2, kernelSize: 2 }), flatten(), dense({ units: 3, activation: 'softmax' })]); // prettier-ignore
  const changes = augment({ flip: true, brightness: 0.5, seed: 4 });

  it.each([false, true])('are new in each epoch of batches that are accumulated, with worker: %s', async (worker) => {
    const plain = await trained(images(), { augment: changes }, make);
    expect(await trained(images(), { augment: changes, worker, stepsPerEpoch: 5 }, make)).toEqual(plain);
    const options = { augment: changes, accumulate: 5, batchSize: 5, worker };
    expect((await trained(images(), options, make)).logs).not.toEqual((await trained(images(), { ...options, augment: undefined }, make)).logs); // prettier-ignore
  });

  it('stay so with weights of classes', async () => {
    const classWeights = { 0: 1, 1: 1, 2: 1 };
    const expected = await trained(images(), { augment: changes }, make);
    const { logs } = await trained(images(), { augment: changes, classWeights }, make);
    logs.forEach(({ loss }, i) => expect(loss).toBeCloseTo(expected.logs[i]?.loss ?? NaN, 4));
  });

  it('stay so in models of several outputs', async () => {
    const from = input({ shape: [2, 2, 1] });
    const [a, b] = [connect(dense({ units: 3, activation: 'softmax' }), connect(flatten(), from)), connect(dense({ units: 3, activation: 'softmax' }), connect(flatten(), from))]; // prettier-ignore
    const losses = async (augmenting: boolean): Promise<number[]> => {
      using model = functional({ inputs: from, outputs: { a, b }, seed: 3 });
      const data = dataset(x, { a: y, b: y }, { shape: [2, 2, 1] });
      const options = { loss: { a: crossEntropy(), b: crossEntropy() }, optimizer: adam(), epochs: 2 };
      const { epochs } = await model.fit(data, augmenting ? { ...options, augment: changes } : options);
      return epochs.map(({ loss }) => loss);
    };
    expect(await losses(true)).not.toEqual(await losses(false));
  });
});
