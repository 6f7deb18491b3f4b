// Weights of rows in training and evaluation.
import { describe, expect, it } from 'vitest';
import { dataset, trainTestSplit, standardize } from '../../../src/data/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import type { FitOptions } from '../../../src/models/index.js';
import { sgd, adam } from '../../../src/optimizers/index.js';
import { crossValidate, kFold } from '../../../src/selection/index.js';
import { withRuntime } from '../../support/live.js';
import { expectClose } from '../../support/slices.js';
import { N, bitsOf, labels, softmaxNet, taken, trained, weights, x } from './problem.js';

withRuntime();

describe('weights of rows', () => {
  const data = dataset(x, labels, { shape: [3], weights });

  it('evaluate is the weighted mean over all rows, whatever the batches', () => {
    const net = softmaxNet();
    const p = taken(net.predict(x));
    let [total, mass] = [0, 0];
    labels.forEach((label, i) => {
      total -= weights[i]! * Math.log(p[3 * i + label]!);
      mass += weights[i]!;
    });
    for (const batchSize of [1, 5, 10, N])
      expectClose([net.evaluate(data, { loss: crossEntropy(), batchSize }).loss], [total / mass], 3e-6);
    net.dispose();
  });

  it('whole numbers act like repeated rows', async () => {
    const counts = Array.from(labels, (_, i) => i % 3);
    const order = counts.flatMap((count, i) => Array.from({ length: count }, () => i));
    const plain = dataset(x, labels, { shape: [3] });
    const options = { batchSize: 100, epochs: 5, shuffle: false };
    const weighted = await trained(dataset(x, labels, { shape: [3], weights: counts }), options);
    const repeated = await trained(plain.subset(order), options);
    expectClose(weighted.bits.flat(), repeated.bits.flat(), 2e-5);
    expectClose([weighted.history.epochs[4]!.loss], [repeated.history.epochs[4]!.loss], 2e-5);
  });

  it('follow their rows through slice, subset, split, scaling and folds', () => {
    expect(data.slice(3, 6).weights).toEqual(weights.subarray(3, 6));
    expect(data.subset([9, 2]).weights).toEqual(Float32Array.of(weights[9]!, weights[2]!));
    expect(standardize(data).apply(data).weights).toEqual(weights);
    const { test } = trainTestSplit(data, { testFraction: 0.5, seed: 3 });
    for (let i = 0; i < test.size; i++) {
      const row = Array.from({ length: N }, (_, k) => k).find((k) => x[3 * k] === test.x[3 * i])!;
      expect(test.weights![i]).toBe(weights[row]);
    }
    const [fold] = kFold(data, { k: 3 });
    expect(fold!.train.weights).toEqual(Float32Array.from(fold!.trainIndices, (i) => weights[i]!));
  });

  it.each([{}, { validationSplit: 0.3 }, { classWeights: 'balanced' as const }])(
    'give the same bits with worker, %j',
    async (more) => {
      const options = { epochs: 3, batchSize: 8, ...more };
      const here = await trained(data, options);
      const there = await trained(data, { ...options, worker: true });
      expect(there.bits).toEqual(here.bits);
      expect(there.history.epochs.map(({ valLoss, loss }) => [valLoss, loss])).toEqual(
        here.history.epochs.map(({ valLoss, loss }) => [valLoss, loss]),
      );
    },
  );

  it('give the same bits after resuming', async () => {
    const options = { epochs: 4, batchSize: 8 };
    const net = softmaxNet();
    const own = { loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), ...options };
    let snapshot: FitOptions['from'];
    const save = { onBatchEnd: (log: { epoch: number; batch: number }, control: { snapshot: () => FitOptions['from'] }) => {
      if (log.epoch === 2 && log.batch === 2) snapshot = control.snapshot();
    } }; // prettier-ignore
    await net.fit(data, { ...own, callbacks: [save] });
    const whole = bitsOf(net);
    const again = softmaxNet();
    await again.fit(data, { ...own, ...(snapshot && { from: snapshot }) });
    expect(bitsOf(again)).toEqual(whole);
    net.dispose();
    again.dispose();
  });

  it('come with batches of an iterable', async () => {
    const batches = [
      { x: x.subarray(0, 60), y: labels.subarray(0, 20), weights: weights.subarray(0, 20) },
      { x: x.subarray(60), y: labels.subarray(20), weights: new Float32Array(17) },
    ];
    const net = softmaxNet();
    const log: number[] = [];
    await net.fit(batches, {
      loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
      onBatchEnd: ({ loss }) => void log.push(loss),
    });
    expect(log[1]).toBe(0); // all weights are 0
    const other = softmaxNet();
    const both = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), classWeights: { 1: 2 } };
    expect((await other.fit([batches[1]!], both)).epochs[0]!.loss).toBe(0);
    await expect(other.fit([batches[0]!], { ...both, classWeights: 'balanced' })).rejects.toThrow(
      new TypeError("fit: expected data made by dataset(x, y) for classWeights 'balanced', got an iterable of batches"),
    );
    other.dispose();
    const first = softmaxNet();
    await first.fit([batches[0]!], { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) });
    expect(bitsOf(net)).toEqual(bitsOf(first)); // and the step changes nothing
    net.dispose();
    first.dispose();
  });

  it('weigh the test rows of crossValidate', async () => {
    const options = { k: 3, loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }) };
    const { folds } = await crossValidate(() => softmaxNet(), data, options);
    const plain = await crossValidate(() => softmaxNet(), dataset(x, labels, { shape: [3] }), options);
    expect(folds[0]!.loss).not.toBe(plain.folds[0]!.loss);
  });
});
