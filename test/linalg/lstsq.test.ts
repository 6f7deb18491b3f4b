import { describe, expect, it } from 'vitest';
import {
  compile,
  concat,
  DTypeError,
  jvp,
  lstsq,
  matmul,
  mul,
  ShapeError,
  sum,
  tensor,
  tidy,
  vjp,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { lstsq64 } from '../support/svd.js';
import { wrong } from '../support/wrong.js';

withRuntime();

describe('lstsq', () => {
  it('is differentiable where the rank is deficient, along changes that keep the rank', () => {
    tidy(() => {
      // A(u, v) = u v^T + a column that repeats: rank 2 of 3 for every u and v.
      const [u, v] = [tensor(numbers(10, 1), [5, 2]), tensor(numbers(6, 2), [2, 3])];
      const b = tensor(numbers(5, 3));
      const f = (left: Tensor, right: Tensor): Tensor => lstsq(matmul(left, right), b);
      const [du, dv] = [tensor(numbers(10, 4), [5, 2]), tensor(numbers(6, 5), [2, 3])];
      const [x, dx] = jvp(f, [u, v], [du, dv]);
      const at = (t: number): Float64Array => {
        const left = Float64Array.from(u.data(), (value, i) => value + t * du.data()[i]!);
        const right = Float64Array.from(v.data(), (value, i) => value + t * dv.data()[i]!);
        const a = Float64Array.from({ length: 15 }, (_, i) =>
          [0, 1].reduce((total, r) => total + left[2 * Math.floor(i / 3) + r]! * right[3 * r + (i % 3)]!, 0),
        );
        return lstsq64(a, b.data(), 5, 3, 1, 1e-9);
      };
      expectClose(x.data(), at(0), 2e-6);
      const h = 1e-4;
      const [forward, backward] = [at(h), at(-h)];
      expectClose(
        dx.data(),
        forward.map((value, i) => (value - backward[i]!) / (2 * h)),
        1e-4,
      );
      const weights = tensor(numbers(3, 6));
      const [, pull] = vjp(f, [u, v]);
      const [gu, gv] = pull(weights);
      pull.dispose();
      const reverse = sum(mul(gu!, du)).item() + sum(mul(gv!, dv)).item();
      expectClose([sum(mul(dx, weights)).item()], [reverse], 1e-4);
    });
  });

  it('counts singular values up to rcond as zero', () => {
    tidy(() => {
      const a = tensor([
        [1, 0],
        [0, 1e-3],
      ]);
      const b = tensor([1, 1]);
      expectClose(lstsq(a, b).data(), [1, 1000], 1e-6);
      expectClose(lstsq(a, b, { rcond: 1e-2 }).data(), [1, 0], 1e-6);
    });
  });

  it('compiles with every memory it needs', () => {
    tidy(() => {
      const solve = compile((a: Tensor, b: Tensor) => concat([lstsq(a, b), lstsq(a, b)], 0));
      const [a, b] = [tensor(numbers(12, 1), [4, 3]), tensor(numbers(4, 2))];
      const expected = lstsq64(a.data(), b.data(), 4, 3, 1);
      for (let i = 0; i < 3; i++) expectClose(solve(a, b).data(), [...expected, ...expected], 2e-6);
      solve.dispose();
    });
  });

  it('refuses what does not fit', () => {
    tidy(() => {
      const [a, b] = [zeros([3, 2]), zeros([3])];
      expect(() => lstsq(a, zeros([4]))).toThrow(
        'lstsq: expected matrices [m, n] and [m] or [m, k], got [3, 2] and [4]',
      );
      expect(() => lstsq(b, b)).toThrow(ShapeError);
      expect(() => lstsq(a, zeros([3, 1, 1]))).toThrow(ShapeError);
      expect(() => lstsq(zeros([0, 2]), zeros([0]))).toThrow(/at least one row and one column/);
      expect(() => lstsq(zeros([3, 0]), b)).toThrow(ShapeError);
      expect(() => lstsq(a, tensor([1, 2, 3], [3], 'i32'))).toThrow(DTypeError);
      expect(() => lstsq(a, b, { rcond: -1 })).toThrow(RangeError);
      expect(() => lstsq(a, b, wrong({ tol: 1 }))).toThrow(/unknown option 'tol'/);
    });
  });
});
