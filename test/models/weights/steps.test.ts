// Weights of the steps of sequences.
import { describe, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { dense, simpleRnn } from '../../../src/layers/index.js';
import { hinge, meanSquaredError } from '../../../src/losses/index.js';
import { sequential, type Model } from '../../../src/models/index.js';
import { withRuntime } from '../../support/live.js';
import { expectClose, numbers } from '../../support/slices.js';
import { taken } from './problem.js';

withRuntime();

describe('weights of steps', () => {
  const [T, B] = [4, 5];
  const rows = numbers(B * T * 2, 3);
  const targets = numbers(B * T, 4);
  const given = numbers(B * T, 5, 0, 2);
  const lengths = [4, 2, 3, 1, 4];
  const net = (): Model =>
    sequential({ inputShape: [T, 2], seed: 5 }, [simpleRnn({ units: 3, returnSequences: true }), dense({ units: 1 })]);
  const nested = Array.from({ length: B }, (_, i) => Array.from(given.subarray(i * T, i * T + T)));

  it('and lengths: the weighted mean over valid steps, whatever the batches', () => {
    const rnn = net();
    const options = { shape: [T, 2] };
    const y = Array.from({ length: B }, (_, i) => Array.from(targets.subarray(i * T, i * T + T), (value) => [value]));
    const p = taken(rnn.predict(rows, { lengths }));
    const expected = (weightOf: (i: number) => number): number => {
      let [total, mass] = [0, 0];
      for (let i = 0; i < B * T; i++)
        if (i % T < lengths[Math.floor(i / T)]!) {
          total += weightOf(i) * (p[i]! - targets[i]!) ** 2;
          mass += weightOf(i);
        }
      return total / mass;
    };
    for (const batchSize of [2, 3, 5]) {
      const steps = dataset(rows, y, { ...options, lengths, weights: nested });
      expectClose(
        [rnn.evaluate(steps, { loss: meanSquaredError(), batchSize }).loss],
        [expected((i) => given[i]!)],
        3e-6,
      );
      const samples = dataset(rows, y, { ...options, lengths, weights: [1, 2, 0, 3, 1] });
      const own = expected((i) => [1, 2, 0, 3, 1][Math.floor(i / T)]!);
      expectClose([rnn.evaluate(samples, { loss: meanSquaredError(), batchSize }).loss], [own], 3e-6);
    }
    rnn.dispose();
  });

  it('hinge counts no padding', () => {
    const rnn = net();
    const y = Array.from({ length: B }, (_, i) => Array.from({ length: T }, (__, k) => [(i + k) % 2]));
    const p = taken(rnn.predict(rows, { lengths }));
    let [total, count] = [0, 0];
    for (let i = 0; i < B * T; i++)
      if (i % T < lengths[Math.floor(i / T)]!) {
        total += Math.max(0, 1 - (2 * y[Math.floor(i / T)]![i % T]![0]! - 1) * p[i]!);
        count++;
      }
    const data = dataset(rows, y, { shape: [T, 2], lengths });
    expectClose([rnn.evaluate(data, { loss: hinge() }).loss], [total / count], 3e-6);
    rnn.dispose();
  });
});
