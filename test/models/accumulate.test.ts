// Gradients of several batches that make one update.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { batchNorm, dense } from '../../src/layers/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { FEATURES, toyData, toyModel, toyRows, trained } from './problem.js';

withRuntime();

const ROWS = 60;
const { x, y } = toyRows(ROWS);

describe.each([false, true])('with worker: %s', (worker) => {
  it('accumulate makes one step of several batches', async () => {
    const make = (): Model =>
      sequential({ inputShape: [FEATURES], seed: 1 }, [dense({ units: 3, activation: 'softmax' })]);
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9, clipNorm: 0.5 });
    const data = toyData(48);
    const large = await trained(make, data, { optimizer, batchSize: 24 });
    const small = await trained(make, data, { optimizer, batchSize: 8, accumulate: 3, worker });
    for (const [name, values] of Object.entries(large.weights))
      values.forEach((value, i) => expect(small.weights[name]![i]).toBeCloseTo(value, 5));
    expect(small.losses).toEqual((await trained(make, data, { optimizer, batchSize: 8, accumulate: 3 })).losses);
  });

  it('accumulate updates with what is left at the end of an epoch', async () => {
    const schedule: number[] = [];
    const learningRate = (step: number): number => {
      schedule.push(step);
      return 0.1;
    };
    await trained(toyModel, dataset(x, y), { optimizer: sgd({ learningRate }), accumulate: 3, epochs: 2, worker });
    expect(Math.max(...schedule)).toBe(5); // eight batches an epoch: three updates
    const two = toyData(16);
    const make = (): Model =>
      sequential({ inputShape: [FEATURES], seed: 1 }, [dense({ units: 3, activation: 'softmax' })]);
    const optimizer = sgd({ learningRate: 0.1 });
    const whole = await trained(make, two, { optimizer, batchSize: 16 });
    const parts = await trained(make, two, { optimizer, batchSize: 8, accumulate: 5, worker });
    for (const [name, values] of Object.entries(whole.weights))
      values.forEach((value, i) => expect(parts.weights[name]![i]).toBeCloseTo(value, 5));
  });

  it('accumulate keeps running statistics of every batch', async () => {
    const make = (): Model =>
      sequential({ inputShape: [FEATURES], seed: 1 }, [batchNorm(), dense({ units: 3, activation: 'softmax' })]);
    const optimizer = sgd({ learningRate: 0 });
    const single = await trained(make, toyData(48), { optimizer });
    expect((await trained(make, toyData(48), { optimizer, accumulate: 4, worker })).weights).toEqual(single.weights);
  });
});
