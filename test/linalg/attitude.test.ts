import { describe, expect, it } from 'vitest';
import {
  DisposedError,
  DTypeError,
  grad,
  jvp,
  mul,
  projectSO3,
  ShapeError,
  square,
  sum,
  tensor,
  tidy,
  unitQuaternion,
  vjp,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const pull = (f: (x: Tensor) => Tensor, x: Tensor, cotangent: Tensor): number[] => {
  const [, back] = vjp(f, [x]);
  const [gradient] = back(cotangent);
  back.dispose();
  return [...gradient!.data()];
};

describe('unitQuaternion', () => {
  it('has the Jacobian (I - y y^T) / |q|, not the gradient of the norm', () => {
    tidy(() => {
      const q = [1, -2, 3, 0.5];
      const length = Math.sqrt(1 + 4 + 9 + 0.25);
      const direction = [0.3, 0.1, -0.7, 2];
      const along = q.reduce((total, x, i) => total + (x / length) * direction[i]!, 0);
      const expected = q.map((x, i) => (direction[i]! - (x / length) * along) / length);
      expectClose(pull(unitQuaternion, tensor(q), tensor(direction)), expected, 1e-6);
      expectClose(jvp(unitQuaternion, [tensor(q)], [tensor(direction)])[1].data(), expected, 1e-6);
    });
  });

  it('keeps zero, with zero derivatives of the first and second order', () => {
    tidy(() => {
      const q = tensor([
        [0, 0, 0, 0],
        [0, 3, 0, 4],
      ]);
      expectClose(unitQuaternion(q).data(), [0, 0, 0, 0, 0, 0.6, 0, 0.8], 1e-7);
      const weights = tensor(numbers(8, 3), [2, 4]);
      const loss = (x: Tensor): Tensor => sum(mul(unitQuaternion(x), weights));
      const first = grad(loss)(q).data();
      expect([...first.slice(0, 4)].map(Math.abs)).toEqual([0, 0, 0, 0]);
      expect(Math.abs(first[4]!)).toBeGreaterThan(0);
      const second = grad((x: Tensor) => sum(square(grad(loss)(x))))(q).data();
      expect([...second.slice(0, 4)].map(Math.abs)).toEqual([0, 0, 0, 0]);
    });
  });

  it('refuses what are no quaternions', () => {
    tidy(() => {
      expect(() => unitQuaternion(zeros([3]))).toThrow(
        new ShapeError('unitQuaternion: expected quaternions [..., 4], got [3]'),
      );
      expect(() => unitQuaternion(zeros([]))).toThrow(
        new ShapeError('unitQuaternion: expected quaternions [..., 4], got []'),
      );
      expect(() => unitQuaternion(wrong(tensor([1, 2, 3, 4], [4], 'i32')))).toThrow(
        new DTypeError('unitQuaternion: expected f32, got i32 of shape [4]'),
      );
      expect(() => unitQuaternion(wrong([1, 2, 3, 4]))).toThrow(
        new TypeError('unitQuaternion: expected a tensor, got [1, 2, 3, 4]'),
      );
      const gone = zeros([4]);
      gone.dispose();
      expect(() => unitQuaternion(gone)).toThrow(
        new DisposedError('unitQuaternion: expected a live tensor, got one of shape [4] after dispose()'),
      );
    });
  });
});

describe('projectSO3', () => {
  it.each([
    ['rank 1', [1, 2, 3, 2, 4, 6, -1, -2, -3]],
    ['rank 1, axis', [0, 0, 5, 0, 0, 0, 0, 0, 0]],
    ['a reflection with equal singular values', [-1, 0, 0, 0, -1, 0, 0, 0, -1]],
    ['a mirror', [1, 0, 0, 0, 1, 0, 0, 0, -1]],
    ['equal singular values', [2, 0, 0, 0, 2, 0, 0, 0, 2]],
    ['rank 2', [1, 0, 0, 0, 1, 0, 0, 0, 0]],
    ['zero', [0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('is finite to the second order: %s', (_, values) => {
    tidy(() => {
      const m = tensor(values, [3, 3]);
      const weights = tensor(numbers(9, 5), [3, 3]);
      const loss = (x: Tensor): Tensor => sum(mul(projectSO3(x), weights));
      expect(projectSO3(m).data().every(Number.isFinite)).toBe(true);
      expect(grad(loss)(m).data().every(Number.isFinite)).toBe(true);
      expect(
        grad((x: Tensor) => sum(square(grad(loss)(x))))(m)
          .data()
          .every(Number.isFinite),
      ).toBe(true);
    });
  });

  it('has zero gradient at the zero matrix, and the one of a skew part at the identity', () => {
    tidy(() => {
      const g = numbers(9, 7);
      const zero = pull(projectSO3, zeros([3, 3]), tensor(g, [3, 3]));
      expect(zero.map(Math.abs)).toEqual(new Array(9).fill(0));
      const identity = tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
      const skew = Array.from(g, (x, i) => (x - g[(i % 3) * 3 + Math.floor(i / 3)]!) / 2);
      expectClose(pull(projectSO3, identity, tensor(g, [3, 3])), skew, 1e-6);
    });
  });

  it('refuses what are no 3x3 matrices', () => {
    tidy(() => {
      expect(() => projectSO3(zeros([9]))).toThrow('projectSO3: expected matrices [..., 3, 3], got [9]');
      expect(() => projectSO3(zeros([3, 2]))).toThrow(
        new ShapeError('projectSO3: expected matrices [..., 3, 3], got [3, 2]'),
      );
      expect(() => projectSO3(zeros([2, 2, 2]))).toThrow(
        new ShapeError('projectSO3: expected matrices [..., 3, 3], got [2, 2, 2]'),
      );
      expect(() => projectSO3(wrong(tensor(new Int32Array(9), [3, 3])))).toThrow(
        new DTypeError('projectSO3: expected f32, got i32 of shape [3, 3]'),
      );
    });
  });
});
