import { describe, expect, it } from 'vitest';
import {
  add,
  compile,
  gather,
  grad,
  mean,
  randomBernoulli,
  randomCategorical,
  randomPermutation,
  randomTruncatedNormal,
  std,
  sum,
  mul,
  tensor,
  tidy,
  type Tensor,
} from '../../src/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();
const COUNT = 20_000;

describe('randomBernoulli', () => {
  it.each([0, 0.2, 0.5, 1])('gives ones with probability %f', (probability) => {
    tidy(() => {
      const x = randomBernoulli([COUNT], { seed: 3, probability });
      expect(x.data().every((value) => value === 0 || value === 1)).toBe(true);
      // Five standard deviations; the numbers are the same every time.
      const deviation = Math.sqrt((probability * (1 - probability)) / COUNT);
      expect(Math.abs(mean(x).item() - probability)).toBeLessThanOrEqual(5 * deviation + 1e-7);
    });
  });

  it('depends on the seed alone', () => {
    tidy(() => {
      const [a, b, c] = [1, 1, 2].map((seed) => [...randomBernoulli([100], { seed }).data()]);
      expect(a).toEqual(b);
      expect(a).not.toEqual(c);
    });
  });
});

describe('randomCategorical', () => {
  it('draws classes with the probabilities of softmax, and none of probability 0', () => {
    tidy(() => {
      const probabilities = [0.1, 0.6, 0, 0.3];
      const row = tensor(probabilities.map((p) => Math.log(p) + 7));
      const logits = add(row, tensor(new Float32Array(COUNT), [COUNT, 1]));
      const classes = randomCategorical(logits, { seed: 5 });
      expect([classes.shape, classes.dtype]).toEqual([[COUNT], 'i32']);
      const counts = probabilities.map((_, k) => classes.data().filter((value) => value === k).length);
      expect(counts[2]).toBe(0);
      probabilities.forEach((p, k) => {
        expect(Math.abs(counts[k]! / COUNT - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / COUNT));
      });
    });
  });

  it('takes one row, one class, no rows, and gives the same bits when compiled', () => {
    tidy(() => {
      expect(randomCategorical(tensor([1])).item()).toBe(0);
      expect(randomCategorical(tensor([], [0, 3])).shape).toEqual([0]);
      const logits = tensor(new Float32Array(60), [20, 3]);
      const draw = compile((x: Tensor) => randomCategorical(x, { seed: 2 }));
      expect([...draw(logits).data()]).toEqual([...randomCategorical(logits, { seed: 2 }).data()]);
      draw.dispose();
    });
  });
});

describe('randomTruncatedNormal', () => {
  it('keeps within two deviations, whose spread is 0.8796 of the normal one', () => {
    tidy(() => {
      const x = randomTruncatedNormal([COUNT], { seed: 1, mean: 3, std: 0.5 });
      expect(x.data().every((value) => Math.abs(value - 3) <= 1)).toBe(true);
      expect(mean(x).item()).toBeCloseTo(3, 1);
      expect(std(x).item()).toBeCloseTo(0.5 * 0.8796, 2);
    });
  });
});

describe('randomPermutation', () => {
  it('holds every number once, for every size and seed', () => {
    tidy(() => {
      for (let n = 0; n < 40; n++) {
        const order = [...randomPermutation(n, { seed: n }).data()];
        expect(order.toSorted((a, b) => a - b)).toEqual(order.map((_, i) => i));
        expect(order).toHaveLength(n);
      }
      expect(randomPermutation(3).dtype).toBe('i32');
    });
  });

  it('takes each order equally often', () => {
    tidy(() => {
      const counts = new Map<string, number>();
      for (let seed = 0; seed < 6000; seed++) {
        const order = randomPermutation(3, { seed }).data().join();
        counts.set(order, (counts.get(order) ?? 0) + 1);
      }
      expect(counts.size).toBe(6);
      const deviation = Math.sqrt(6000 * (1 / 6) * (5 / 6)); // binomial
      for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * deviation);
    });
  });

  it('moves entries along the first axis, and their gradients back', () => {
    tidy(() => {
      const order = randomPermutation(4, { seed: 9 });
      for (const x of [
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ]),
        tensor([1, 2, 3, 4], [4], 'i32'),
      ])
        // prettier-ignore
        expect(randomPermutation(x, { seed: 9 }).toArray()).toEqual(gather(x, order).toArray());
      const weights = tensor([1, 10, 100, 1000]);
      const slope = grad((x: Tensor) => sum(mul(randomPermutation(x, { seed: 9 }), weights)))(tensor([1, 2, 3, 4]));
      expect(gather(slope, order).toArray()).toEqual(weights.toArray());
      expect(randomPermutation(tensor([], [0, 3])).shape).toEqual([0, 3]);
    });
  });
});
