// What the generic tests do not see: special matrices, large ones, batches with a bad one, errors.
import { describe, expect, it } from 'vitest';
import {
  add,
  cholesky,
  compile,
  concat,
  det,
  DTypeError,
  eigh,
  eye,
  grad,
  hessian,
  inv,
  matmul,
  memory,
  mul,
  qr,
  reshape,
  ShapeError,
  slice,
  solve,
  square,
  sum,
  svd,
  tensor,
  tidy,
  transpose,
  where,
  type Tensor,
} from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const random = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    numbers(
      shape.reduce((size, n) => size * n, 1),
      seed,
      -1,
      1,
    ),
    shape,
  );
const flip = (x: Tensor): Tensor => transpose(x, x.shape.length === 2 ? [1, 0] : [0, 2, 1]);
const close = (a: Tensor, b: Tensor, tolerance = 3e-6): void => {
  expect(a.shape).toEqual(b.shape);
  expectClose(a.data(), b.data(), tolerance);
};
const isNaNs = (x: Tensor): boolean[] => {
  const each = x.size / (x.shape[0] ?? 1);
  return Array.from({ length: x.shape[0] ?? 1 }, (_, i) =>
    x
      .data()
      .subarray(i * each, (i + 1) * each)
      .some(Number.isNaN),
  );
};

describe('reconstruction', () => {
  // Below and above blocks of 32, panels, and what fits into the workspace of a thread.
  it.each([2, 31, 32, 33, 64, 65, 97, 130, 210])('matrices of size %i', (n) => {
    tidy(() => {
      const one = eye(n);
      const a = random([2, n, n], n);
      const symmetric = add(a, flip(a));
      const positive = add(matmul(a, flip(a)), one);
      close(matmul(cholesky(positive), flip(cholesky(positive))), positive, 1e-5);
      close(matmul(a, solve(a, random([2, n, 3], 5))), random([2, n, 3], 5), 1e-3);
      close(matmul(positive, inv(positive)), mul(one, tensor([1, 1], [2, 1, 1])), 1e-3);
      const identity = mul(one, tensor([1, 1], [2, 1, 1]));
      for (const x of [a, concat([a, random([2, 7, n], 6)], 1), concat([a, random([2, n, 5], 6)], 2)]) {
        const [q, r] = qr(x);
        close(matmul(q, r), x);
        close(matmul(q, q, { transposeA: true }), identity);
        const [u, s, vt] = svd(x);
        close(matmul(mul(u, reshape(s, [2, 1, n])), vt), x);
        close(matmul(u, u, { transposeA: true }), identity);
        close(matmul(vt, vt, { transposeB: true }), identity);
        expect(Array.from(s.data().subarray(0, n))).toEqual([...s.data().subarray(0, n)].sort((x0, x1) => x1 - x0));
      }
      const [values, vectors] = eigh(symmetric);
      close(matmul(symmetric, vectors), mul(vectors, reshape(values, [2, 1, n])), 1e-5);
      close(matmul(vectors, vectors, { transposeA: true }), identity);
    });
  });

  it('is of the matrix, however a view of it came to be', () => {
    tidy(() => {
      const a = random([3, 3], 1);
      close(inv(transpose(a)), transpose(inv(a)));
      close(det(slice(concat([a, a], 1), [0, 3], [3, 3])), det(a));
    });
  });
});

describe('bad matrices of a batch', () => {
  const good = [2, 1, 1, 3];
  it.each([
    ['solve', [1, 2, 2, 4], (a: Tensor) => solve(a, tensor([1, 1]))],
    ['inv', [1, 2, 2, 4], inv],
    ['inv', [1, 2, Infinity, 4], inv],
    ['cholesky', [1, 2, 2, 1], cholesky],
    ['cholesky', [-1, 0, 0, 1], cholesky],
    ['cholesky', [1, 0, NaN, 1], cholesky],
    ['det', [1, 2, NaN, 4], det],
    ['qr', [1, 2, NaN, 4], (a: Tensor) => qr(a)[1]],
    ['eigh', [1, 0, NaN, 4], (a: Tensor) => eigh(a)[1]],
    ['svd', [1, 2, -Infinity, 4], (a: Tensor) => svd(a)[2]],
  ] as const)('%s of %j gives NaN, and leaves values and gradients of the others', (_, bad, f) => {
    tidy(() => {
      const a = tensor([...good, ...bad, ...good], [3, 2, 2]);
      const alone = tensor(good, [1, 2, 2]);
      const loss = (x: Tensor): Tensor => sum(square(f(x)));
      const compiled = compile((x: Tensor) => f(x));
      for (const run of [f, compiled]) {
        expect(isNaNs(run(a))).toEqual([false, true, false]);
        expectClose(run(a).data().slice(0, run(alone).size), run(alone).data(), 0);
      }
      compiled.dispose();
      const chosen = (x: Tensor): Tensor =>
        sum(where(tensor([1, 0, 1]), reshape(sum(reshape(square(f(x)), [3, -1]), { axis: 1 }), [3]), 0));
      const gradient = grad(chosen)(a);
      expect(isNaNs(gradient).filter((__, i) => i !== 1)).toEqual([false, false]);
      expectClose(gradient.data().slice(8), grad(loss)(alone).data(), 1e-6);
    });
  });

  it('a matrix counts as singular by its own rows and columns', () => {
    tidy(() => {
      expect(inv(tensor([1, 0, 0, 1e-20], [2, 2])).data()[3]).toBe(Math.fround(1 / Math.fround(1e-20)));
      expect(isNaNs(inv(tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3])))).toEqual([true]);
      expect(isNaNs(inv(tensor([0], [1, 1])))).toEqual([true]);
    });
  });
});

describe('conventions', () => {
  it('only the lower triangle of symmetric matrices is read, and gets a gradient', () => {
    tidy(() => {
      const [whole, lower] = [tensor([4, 2, 2, 5], [2, 2]), tensor([4, NaN, 2, 5], [2, 2])];
      expect(cholesky(lower).toArray()).toEqual(cholesky(whole).toArray());
      expect(eigh(lower)[0].toArray()).toEqual(eigh(whole)[0].toArray());
      expect(grad((a: Tensor) => sum(cholesky(a)))(whole).data()[1]).toBe(0);
      expectClose(grad((a: Tensor) => sum(square(eigh(a)[0])))(whole).data(), [8, 0, 8, 10], 1e-6);
    });
  });

  it('empty matrices', () => {
    tidy(() => {
      const none = tensor([], [0, 0]);
      expect(det(none).item()).toBe(1);
      expect(det(tensor([], [2, 0, 0])).toArray()).toEqual([1, 1]);
      expect(inv(none).shape).toEqual([0, 0]);
      expect(svd(tensor([], [0, 3])).map(({ shape }) => shape)).toEqual([[0, 0], [0], [0, 3]]);
      expect(qr(tensor([], [3, 0])).map(({ shape }) => shape)).toEqual([
        [3, 0],
        [0, 0],
      ]);
      expect(eigh(none).map(({ shape }) => shape)).toEqual([[0], [0, 0]]);
      expect(solve(none, tensor([], [0])).shape).toEqual([0]);
    });
  });

  it('the determinant of a large matrix overflows only where the result does', () => {
    tidy(() => {
      const scaled = (low: number, high: number): Tensor =>
        tensor(
          Float32Array.from({ length: 400 ** 2 }, (_, at) => (at % 401 ? 0 : at < 80200 ? low : high)),
          [400, 400],
        );
      expect(det(scaled(1e-30, 1e30)).item()).toBeCloseTo(1, 3);
      expect(det(scaled(1e30, 1e30)).item()).toBe(Infinity);
      expect(det(scaled(1e-30, 1e-30)).item()).toBe(0);
    });
  });
});

describe('derivatives where a factorisation is not unique', () => {
  const equal = [2, 0, 0, 0, 2, 0, 0, 0, 3];
  it('are finite for equal eigenvalues and singular values, and those of the values are right', () => {
    tidy(() => {
      const a = tensor(equal, [3, 3]);
      const gradient = grad((x: Tensor) => sum(square(eigh(x)[0])))(a); // of the sum of squares of x
      expectClose(
        gradient.data(),
        equal.map((x) => 2 * x),
        1e-5,
      );
      expectClose(
        grad((x: Tensor) => sum(square(svd(x)[1])))(a).data(),
        equal.map((x) => 2 * x),
        1e-5,
      );
      for (const f of [(x: Tensor) => eigh(x)[1], (x: Tensor) => svd(x)[0], (x: Tensor) => svd(x)[2]]) {
        for (const values of [equal, Array<number>(9).fill(0), [1, 1, 1, 1, 1, 1, 1, 1, 1]]) {
          const at = tensor(values, [3, 3]);
          expect(
            grad((x: Tensor) => sum(mul(f(x), random([3, 3], 2))))(at)
              .data()
              .every(Number.isFinite),
          ).toBe(true);
        }
      }
    });
  });

  it('rank 0 and 1 have orthonormal singular vectors', () => {
    tidy(() => {
      for (const values of [Array<number>(12).fill(0), Array<number>(12).fill(2)]) {
        const [u, , vt] = svd(tensor(values, [4, 3]));
        close(matmul(u, u, { transposeA: true }), eye(3));
        close(matmul(vt, vt, { transposeB: true }), eye(3));
      }
    });
  });

  it('first and second derivatives of the determinant of a singular matrix', () => {
    tidy(() => {
      const a = tensor([1, 2, 2, 4], [2, 2]);
      expectClose(grad(det)(a).data(), [4, -2, -2, 1], 1e-6);
      expectClose(hessian(det)(a).data(), [0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0], 1e-6);
    });
  });
});

describe('errors', () => {
  it.each([
    ['cholesky', cholesky],
    ['inv', inv],
    ['det', det],
    ['eigh', eigh],
  ] as const)('%s wants square f32 matrices', (name, f) => {
    tidy(() => {
      expect(() => f(random([2, 3], 1))).toThrow(
        new ShapeError(`${name}: expected square matrices [..., n, n], got [2, 3]`),
      );
      expect(() => f(random([3], 1))).toThrow(new ShapeError(`${name}: expected square matrices [..., n, n], got [3]`));
      expect(() => f(wrong(tensor(new Int32Array(4), [2, 2])))).toThrow(
        new DTypeError(`${name}: expected f32, got i32 of shape [2, 2]`),
      );
    });
  });

  it.each([
    ['qr', qr],
    ['svd', svd],
  ] as const)('%s wants f32 matrices', (name, f) => {
    tidy(() => {
      expect(() => f(random([3], 1))).toThrow(new ShapeError(`${name}: expected matrices [..., m, n], got [3]`));
      expect(() => f(wrong(tensor(new Int32Array(4), [2, 2])))).toThrow(
        new DTypeError(`${name}: expected f32, got i32 of shape [2, 2]`),
      );
    });
  });

  it('solve wants right sides that fit', () => {
    tidy(() => {
      const a = random([2, 2], 1);
      const text = 'solve: expected matrices [..., n, n] and [n] or [..., n, k], got [2, 2] and';
      expect(() => solve(a, random([3], 1))).toThrow(new ShapeError(`${text} [3]`));
      expect(() => solve(a, random([3, 2], 1))).toThrow(new ShapeError(`${text} [3, 2]`));
      expect(() => solve(a, tensor(1))).toThrow(new ShapeError(`${text} []`));
      expect(() => solve(random([2, 3], 1), random([2], 1))).toThrow(
        new ShapeError('solve: expected square matrices [..., n, n], got [2, 3]'),
      );
    });
  });

  it('leave nothing behind, nor do results', () => {
    const before = memory();
    tidy(() => {
      for (const f of [cholesky, inv, det, eigh, qr, svd]) {
        expect(() => f(random([3], 1))).toThrow(typed(ShapeError, /matrices/));
        f(random([2, 3, 3], 1));
      }
      solve(random([3, 3], 1), random([3], 2));
    });
    expect(memory()).toEqual({ ...before, reserved: memory().reserved });
  });
});
