import { describe, expect, it } from 'vitest';
import {
  add,
  compile,
  concat,
  DTypeError,
  jvp,
  lstsq,
  matmul,
  memory,
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
import { typed } from '../support/typed.js';
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

  // A well-conditioned problem whose second and third column repeat in other scales, so that every way through the kernels
  // is taken: [m, n, columns that repeat, exponents, rcond].
  it.each([
    [7, 4, false, [0, 0, 0, 0], undefined],
    [7, 4, false, [20, -20, 7, 0], undefined],
    [7, 4, true, [0, 0, 0, 0], undefined],
    [3, 6, false, [0, 0, 0, 0], undefined],
    [7, 4, true, [0, 0, 0, 0], 1e-4],
    [3, 6, false, [0, 0, 0, 0], 1e-4],
  ] as const)(
    'has the derivatives of its right side: %i by %i, repeated %s, %j, %d',
    (m, n, repeats, powers, rcond) => {
      tidy(() => {
        const flat = numbers(m * n, 1);
        const source = (j: number): number => (repeats && j > 2 ? 0 : j);
        const a = tensor(
          flat.map((_, i) => flat[i - (i % n) + source(i % n)]! * 2 ** (powers[source(i % n)] ?? 0)),
          [m, n],
        );
        const options = rcond === undefined ? {} : { rcond };
        const f = (b: Tensor): Tensor => lstsq(a, b, options);
        const [b, db] = [tensor(numbers(2 * m, 2), [m, 2]), tensor(numbers(2 * m, 3), [m, 2])];
        // It is linear in b: the derivative is the function, and its transpose the gradient.
        const [, dx] = jvp(f, [b], [db]);
        expect(dx.data()).toEqual(f(db).data());
        const scales = Float32Array.from({ length: n * 2 }, (_, i) => 2 ** (powers[source(i >> 1)] ?? 0));
        const g = mul(tensor(numbers(2 * n, 4), [n, 2]), tensor(scales, [n, 2]));
        const [, pull] = vjp(f, [b]);
        const [gb] = pull(g);
        pull.dispose();
        const [left, right] = [sum(mul(gb!, db)).item(), sum(mul(g, dx)).item()];
        expectClose([left], [right], 1e-5);
      });
    },
  );

  it('has gradients that scale with the columns', () => {
    tidy(() => {
      const [m, n] = [9, 3];
      const scales = tensor([2 ** 20, 2 ** -20, 1]);
      const [a, b] = [tensor(numbers(m * n, 1), [m, n]), tensor(numbers(m, 2))];
      const g = tensor(numbers(n, 3));
      const gradient = (left: Tensor, right: Tensor): Tensor => {
        const [, pull] = vjp((x: Tensor) => lstsq(x, b), [left]);
        const [result] = pull(right);
        pull.dispose();
        return result!;
      };
      // x(A S) = S^-1 x(A): the gradient at A S for the cotangent S g is the gradient at A for g, times S^-1.
      const plain = gradient(a, g);
      const scaled = mul(gradient(mul(a, scales), mul(g, scales)), scales);
      expectClose(scaled.data(), plain.data(), 1e-5);
    });
  });

  it.each([
    [2, 4],
    [5, 3],
  ])('has second derivatives, forward over reverse: %i by %i', (m, n) => {
    tidy(() => {
      const [a, b, g] = [tensor(numbers(m * n, 1), [m, n]), tensor(numbers(m, 2)), tensor(numbers(n, 3))];
      const gradient = (left: Tensor): Tensor => {
        const [, pull] = vjp((x: Tensor) => lstsq(x, b), [left]);
        const [result] = pull(g);
        pull.dispose();
        return result!;
      };
      const direction = tensor(numbers(m * n, 4), [m, n]);
      const [, tangent] = jvp(gradient, [a], [direction]);
      const h = 2 ** -10;
      const at = (t: number): Float32Array | Int32Array => gradient(add(a, mul(direction, t))).data();
      const [forward, backward] = [at(h), at(-h)];
      const largest = Math.max(...tangent.data().map(Math.abs));
      expectClose(
        tangent.data().map((value) => value / largest),
        Array.from(forward, (value, i) => (value - backward[i]!) / (2 * h) / largest),
        2e-3,
      );
    });
  });

  it('gives its memory back', () => {
    const before = memory().used;
    tidy(() => {
      const [a, b] = [tensor(numbers(60 * 40, 1), [60, 40]), tensor(numbers(60, 2))];
      for (let i = 0; i < 3; i++) lstsq(a, b);
      const [, pull] = vjp((left: Tensor, right: Tensor) => lstsq(left, right), [a, b]);
      pull(tensor(numbers(40, 3)));
      pull.dispose();
    });
    expect(memory().used).toBe(before);
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
      expect(() => lstsq(b, b)).toThrow(
        new ShapeError('lstsq: expected matrices [m, n] and [m] or [m, k], got [3] and [3]'),
      );
      expect(() => lstsq(a, zeros([3, 1, 1]))).toThrow(
        new ShapeError('lstsq: expected matrices [m, n] and [m] or [m, k], got [3, 2] and [3, 1, 1]'),
      );
      expect(() => lstsq(zeros([0, 2]), zeros([0]))).toThrow(
        new ShapeError('lstsq: expected at least one row and one column, got [0, 2] and [0]'),
      );
      expect(() => lstsq(zeros([3, 0]), b)).toThrow(
        new ShapeError('lstsq: expected at least one row and one column, got [3, 0] and [3]'),
      );
      expect(() => lstsq(a, wrong(tensor([1, 2, 3], [3], 'i32')))).toThrow(
        new DTypeError('lstsq: expected f32, got i32 of shape [3]'),
      );
      expect(() => lstsq(a, b, { rcond: -1 })).toThrow(
        new RangeError('lstsq: expected rcond to be a finite number >= 0 and < 1, got -1'),
      );
      expect(() => lstsq(a, b, wrong({ tol: 1 }))).toThrow(
        typed(TypeError, /^lstsq: expected options .*, got unknown option 'tol'$/),
      );
    });
  });
});
