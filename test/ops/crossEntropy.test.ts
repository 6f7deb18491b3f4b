// The fused cross-entropies against the operations they are made of: values, gradients, tangents, second order.
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { log } from '../../src/ops/log.js';
import { mul } from '../../src/ops/mul.js';
import { neg } from '../../src/ops/neg.js';
import { probabilityCrossEntropy } from '../../src/ops/probabilityCrossEntropy.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { sigmoidCrossEntropy } from '../../src/ops/sigmoidCrossEntropy.js';
import { logSoftmax } from '../../src/ops/softmax.js';
import { softmaxCrossEntropy } from '../../src/ops/softmaxCrossEntropy.js';
import { sub } from '../../src/ops/sub.js';
import { sum } from '../../src/ops/sum.js';
import { tensor, zeros } from '../../src/tensors/creation.js';
import type { DType, Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { wrong } from '../support/wrong.js';

withRuntime();

type Pair = (z: Tensor, t: Tensor) => Tensor;

const pairs: Record<string, readonly [fused: Pair, apart: Pair, low: number, high: number]> = {
  softmaxCrossEntropy: [
    (z, t) => softmaxCrossEntropy(z, t, 0.25),
    (z, t) => mul(sum(mul(t, logSoftmax(z))), -0.25),
    -3,
    3,
  ],
  sigmoidCrossEntropy: [
    (z, t) => sigmoidCrossEntropy(z, t, 0.25),
    (z, t) => {
      const p = sigmoid(z);
      return mul(sum(add(mul(t, log(p)), mul(sub(1, t), log(sub(1, p))))), -0.25);
    },
    -3,
    3,
  ],
  probabilityCrossEntropy: [
    (p, t) => probabilityCrossEntropy(p, t, 0.25),
    (p, t) => mul(sum(mul(t, log(p))), -0.25),
    0.1,
    0.9,
  ],
};

describe.each(Object.entries(pairs))('%s', (_, [fused, apart, low, high]) => {
  it('equals the composition in value and derivatives, by logits and by targets', () => {
    tidy(() => {
      const points = [tensor(numbers(15, 1, low, high), [3, 5]), tensor(numbers(15, 2, 0, 1), [3, 5])];
      const directions = [tensor(numbers(15, 3), [3, 5]), tensor(numbers(15, 4), [3, 5])];
      const first = (f: Pair) => grad((xs: readonly Tensor[]) => f(xs[0]!, xs[1]!));
      const second = (f: Pair) =>
        grad((xs: readonly Tensor[]) =>
          first(f)(xs)
            .map((gradient, i) => sum(mul(gradient, directions[i]!)))
            .reduce((a, b) => add(a, b)),
        );
      const third = (f: Pair) =>
        grad((xs: readonly Tensor[]) =>
          second(f)(xs)
            .map((gradient, i) => sum(mul(gradient, directions[i]!)))
            .reduce((a, b) => add(a, b)),
        );
      expectClose([fused(points[0]!, points[1]!).item()], [apart(points[0]!, points[1]!).item()], 1e-6);
      [first, second, third].forEach((order, k) => {
        const [ours, theirs] = [order(fused)(points), order(apart)(points)];
        ours.forEach((gradient, i) => {
          expectClose(gradient.data(), theirs[i]!.data(), 1e-5 * 10 ** k);
        });
      });
      const along = (f: Pair) => jvp((z, t) => f(z, t), points, directions)[1].item();
      expectClose([along(fused)], [along(apart)], 1e-5);
      const twice = (f: Pair) =>
        jvp((z) => grad((v: Tensor) => f(v, points[1]!))(z), [points[0]!], [directions[0]!])[1].data();
      expectClose(twice(fused), twice(apart), 1e-4);
    });
  });

  it('has the same value with and without a gradient asked for', () => {
    tidy(() => {
      const [z, t] = [tensor(numbers(15, 1, low, high), [3, 5]), tensor(numbers(15, 2, 0, 1), [3, 5])];
      let inside = NaN;
      grad((x: Tensor) => {
        const loss = fused(x, t);
        inside = loss.item();
        return loss;
      })(z);
      expect(inside).toBe(fused(z, t).item());
    });
  });
});

describe('softmaxCrossEntropy', () => {
  it('takes classes as one-hot rows, with the same derivatives to second order', () => {
    tidy(() => {
      const z = tensor(numbers(12, 1, -3, 3), [4, 3]);
      const labels = tensor([2, 0, 1, 1], [4], 'i32');
      const rows = tensor([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0], [4, 3]);
      const weights = tensor(numbers(12, 2), [4, 3]);
      const first = (t: Tensor<DType>) => grad((x: Tensor) => softmaxCrossEntropy(x, t));
      const second = (t: Tensor<DType>) => grad((x: Tensor) => sum(mul(first(t)(x), weights)));
      expectClose(first(labels)(z).data(), first(rows)(z).data(), 1e-6);
      expectClose(second(labels)(z).data(), second(rows)(z).data(), 1e-6);
    });
  });

  it('refuses classes and shapes that do not fit', () => {
    tidy(() => {
      const z = zeros([2, 3]);
      expect(() => softmaxCrossEntropy(z, tensor([0, 3], [2], 'i32'))).toThrow(
        new RangeError('softmaxCrossEntropy: expected class indices in 0..2, got 3'),
      );
      expect(() => softmaxCrossEntropy(z, tensor([-1, 0], [2], 'i32'))).toThrow('class indices in 0..2, got -1');
      expect(() => softmaxCrossEntropy(z, zeros([3, 2]))).toThrow(
        new ShapeError('softmaxCrossEntropy: expected targets f32 [2, 3] or i32 [2], got f32 [3, 2]'),
      );
      expect(() => softmaxCrossEntropy(z, tensor([1], [1], 'i32'))).toThrow(
        new ShapeError('softmaxCrossEntropy: expected targets f32 [2, 3] or i32 [2], got i32 [1]'),
      );
      expect(() => softmaxCrossEntropy(tensor(1), tensor(1))).toThrow(
        new ShapeError('softmaxCrossEntropy: expected logits [..., classes], got []'),
      );
      expect(() => softmaxCrossEntropy(zeros([2, 0]), zeros([2, 0]))).toThrow(
        new ShapeError('softmaxCrossEntropy: expected logits [..., classes], got [2, 0]'),
      );
      expect(() => softmaxCrossEntropy(wrong(tensor([[1]], [1, 1], 'i32')), zeros([1, 1]))).toThrow(
        new DTypeError('softmaxCrossEntropy: expected f32, got i32 of shape [1, 1]'),
      );
      expect(() => softmaxCrossEntropy(z, z, NaN)).toThrow(
        new RangeError('softmaxCrossEntropy: expected scale to be a finite number, got NaN'),
      );
      expect(() => sigmoidCrossEntropy(z, zeros([2]))).toThrow(
        new ShapeError('sigmoidCrossEntropy: expected targets of shape [2, 3], got [2]'),
      );
      expect(() => sigmoidCrossEntropy(z, wrong(tensor([1], [1], 'i32')))).toThrow(
        new DTypeError('sigmoidCrossEntropy: expected f32, got i32 of shape [1]'),
      );
    });
  });

  it('gives NaN for a class that only a recorded program could have seen', () => {
    tidy(() => {
      const z = zeros([1, 2]);
      const step = compile((labels: Tensor<'i32'>) => neg(softmaxCrossEntropy(z, labels)));
      expect(step(tensor([1], [1], 'i32')).item()).toBeCloseTo(-Math.LN2, 6);
      expect(step(tensor([5], [1], 'i32')).item()).toBeNaN();
      step.dispose();
    });
  });
});
