import { expect, it } from 'vitest';
import { grad } from '../../src/ops/differentiation.js';
import {
  binaryCrossEntropy,
  crossEntropy,
  halfMeanSquaredError,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  type LabelLoss,
  type Loss,
} from '../../src/losses/index.js';
import { maskedLoss } from '../../src/losses/masked.js';
import { mean } from '../../src/ops/mean.js';
import { softmax } from '../../src/ops/softmax.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { square } from '../../src/ops/square.js';
import { sub } from '../../src/ops/sub.js';
import { sum } from '../../src/ops/sum.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';

withRuntime();

const [B, T, K] = [3, 4, 3];
const lengths = [4, 1, 3];
const valid = (step: number): boolean => step % T < lengths[Math.floor(step / T)]!;

/** Values of all steps, and of the valid ones alone as rows. */
function both(values: Float32Array, width: number): [all: Float32Array, rows: Float32Array] {
  const rows = values.filter((_, i) => valid(Math.floor(i / width)));
  return [values.map((value, i) => (valid(Math.floor(i / width)) ? value : NaN)), rows];
}

const losses: readonly (readonly [string, LabelLoss, 'dense' | 'indices' | 'probabilities', (x: Tensor) => Tensor])[] =
  [
    ['meanSquaredError', meanSquaredError(), 'dense', (x) => x],
    ['meanSquaredError sum', meanSquaredError({ reduction: 'sum' }), 'dense', (x) => x],
    ['meanAbsoluteError', meanAbsoluteError(), 'dense', (x) => x],
    ['huber', huber({ delta: 0.5 }), 'dense', (x) => x],
    ['binaryCrossEntropy', binaryCrossEntropy(), 'probabilities', sigmoid],
    ['binaryCrossEntropy from logits', binaryCrossEntropy({ fromLogits: true }), 'probabilities', (x) => x],
    ['crossEntropy', crossEntropy(), 'dense', (x) => softmax(x)],
    ['crossEntropy from logits', crossEntropy({ fromLogits: true }), 'dense', (x) => x],
    ['crossEntropy by index', crossEntropy(), 'indices', (x) => softmax(x)],
    ['crossEntropy by index, sum', crossEntropy({ fromLogits: true, reduction: 'sum' }), 'indices', (x) => x],
  ];

it.each(losses)(
  '%s of padded sequences is that of the valid steps as rows, with its gradient',
  (_, loss, kind, prepare) => {
    tidy(() => {
      const [z, zRows] = both(numbers(B * T * K, 1), K);
      const n = zRows.length / K;
      const [t, tRows] = both(
        kind === 'indices' ? numbers(B * T, 2, 0, 2).map(Math.floor) : numbers(B * T * K, 2, 0, 1),
        kind === 'indices' ? 1 : K,
      );
      const byIndex = kind === 'indices';
      const target = byIndex
        ? tensor(
            Int32Array.from(t, (x) => (Number.isNaN(x) ? -7 : x)),
            [B, T],
          )
        : tensor(t, [B, T, K]);
      const rows = byIndex ? tensor(Int32Array.from(tRows), [n]) : tensor(tRows, [n, K]);
      const masked = (x: Tensor): Tensor => maskedLoss(loss, prepare(x), target, tensor(Int32Array.from(lengths)));
      const prediction = tensor(
        z.map((x) => (Number.isNaN(x) ? 3 : x)),
        [B, T, K],
      );
      const plain = (x: Tensor): Tensor => loss(prepare(x), rows);
      expectClose(masked(prediction).data(), plain(tensor(zRows, [n, K])).data(), 2e-6);
      const gradient = grad(masked)(prediction).data();
      const expected = grad(plain)(tensor(zRows, [n, K])).data();
      expectClose(
        gradient.filter((__, i) => valid(Math.floor(i / K))),
        expected,
        2e-6,
      );
      expect(gradient.filter((__, i) => !valid(Math.floor(i / K))).every((x) => x === 0)).toBe(true);
    });
  },
);

it("halfMeanSquaredError divides by the number of sequences; a loss of one's own sees 0 past the lengths", () => {
  tidy(() => {
    const [z, zRows] = both(numbers(B * T, 1), 1);
    const [t, tRows] = both(numbers(B * T, 2), 1);
    const squares = zRows.reduce((total, x, i) => total + (x - tRows[i]!) ** 2, 0);
    const [prediction, target, steps] = [tensor(z, [B, T, 1]), tensor(t, [B, T, 1]), tensor(Int32Array.from(lengths))];
    expectClose(maskedLoss(halfMeanSquaredError(), prediction, target, steps).data(), [squares / (2 * B)], 2e-6);
    const own: Loss = (a, b) => sum(square(sub(a, b)));
    expectClose(maskedLoss(own, prediction, target, steps).data(), [squares], 2e-6);
    expectClose(
      maskedLoss((a, b: Tensor) => mean(square(sub(a, b))), prediction, target, steps).data(),
      [squares / (B * T)],
      2e-6,
    );
  });
});
