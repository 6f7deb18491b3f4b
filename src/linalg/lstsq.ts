import { finiteNumber, knownOptions } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { addMaybe, flipMatrix, viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import { add } from '../ops/add.js';
import { concat } from '../ops/concat.js';
import { matmul } from '../ops/matmul.js';
import { slice } from '../ops/slice.js';
import { sub } from '../ops/sub.js';
import { nth, only } from '../ops/support/arguments.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import { Tensor } from '../tensors/tensor.js';

export interface LstsqOptions {
  /** Singular values up to this share of the largest count as zero. Default 2^-22. */
  readonly rcond?: number | undefined;
}

/** Below this a singular value can be the mere rounding of entries to f32, which moves it by 2^-24 of the largest. */
const RCOND = 2 ** -22;

/** a^T b */
const transposed = (a: Tensor, b: Tensor): Tensor => matmul(a, b, { transposeA: true });

// x = A+ b. The derivative of a pseudo-inverse of locally constant rank (Golub and Pereyra 1973), r = b - A x:
//   dx = A+ (db - dA x + A+^T dA^T r) + (I - A+ A) dA^T A+^T x
// and every A+ and A+^T is a least-squares problem with A or A^T again.
const lstsqOp: Op<number> = {
  name: 'lstsq',
  infer: (inputs) => [{ shape: [nth(inputs, 0).shape[1] ?? 0, nth(inputs, 1).shape[1] ?? 0], dtype: 'f32' }],
  forward: (inputs, outputs, rcond) => {
    const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
    const [m = 0, n = 0] = a.shape;
    const [, k = 0] = b.shape;
    const scratch = Tensor.allocate([m + 1, n + k + 1, 2]); // rows of f64
    const [pa, pb, px] = [a.pointer(), b.pointer(), only(outputs).pointer()];
    call(kernels.leastSquares, pa, pb, px, scratch.pointer(), m, n, k, rcond);
    scratch.dispose();
  },
  rules: {
    vjp: ({ inputs, outputs, attributes, needs }, [g]) => {
      if (!g) return [];
      const [a, b, x] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
      const [, k = 0] = x.shape;
      const flipped = flipMatrix(a);
      if (!needs[0]) return [undefined, solve(flipped, g, attributes)];
      const both = solve(flipped, concat([g, x], 1), attributes);
      const h = slice(both, [0, 0], [both.shape[0] ?? 0, k]); // A+^T g
      const y = slice(both, [0, k], [both.shape[0] ?? 0, k]); // A+^T x
      const r = sub(b, matmul(a, x));
      const outer = (left: Tensor, right: Tensor): Tensor => matmul(left, right, { transposeB: true });
      const inside = sub(outer(r, solve(a, h, attributes)), outer(h, x));
      const across = outer(y, sub(g, transposed(a, h))); // (I - A+ A) g = g - A^T h
      return [add(inside, across), needs[1] ? h : undefined];
    },
    jvp: ({ inputs, outputs, attributes }, [da, db]) => {
      const [a, b, x] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
      if (!da) return [db && solve(a, db, attributes)];
      const flipped = flipMatrix(a);
      const r = sub(b, matmul(a, x));
      const z = transposed(da, solve(flipped, x, attributes));
      const fromR = solve(flipped, transposed(da, r), attributes);
      const inside = sub(fromR, matmul(da, x));
      const across = sub(z, transposed(a, solve(flipped, z, attributes)));
      return [add(solve(a, addMaybe(db, inside) ?? inside, attributes), across)];
    },
    saves: { inputs: true, outputs: true },
  },
};

function solve(a: Tensor, b: Tensor, rcond: number): Tensor {
  return applyOne(lstsqOp, [a, b], rcond);
}

/**
 * Least squares: the x that minimises `|A x - B|`, of all such x the shortest, so that `x = A+ B` for any shape and rank.
 * Computed in float64 by Householder reflections and one-sided Jacobi rotations, without forming A^T A: right to f32
 * rounding up to condition numbers of about 1e6. Numbers that are not finite give NaN.
 *
 * Singular values up to `rcond` times the largest count as zero. The default 2^-22, 2.4e-7, lies just above what
 * rounding a matrix to f32 makes of a zero (NumPy's eps * max(m, n) would take honest values for noise).
 *
 * Differentiable by both arguments; where the rank is deficient, by changes that keep the rank.
 *
 * @param a f32 [m, n]
 * @param b f32 [m] or [m, k]
 * @returns [n] or [n, k]
 * @throws ShapeError for empty matrices and rows that do not match; DTypeError, DisposedError; TypeError, RangeError
 *   for options
 * @example
 * ```ts
 * import { init, lstsq, tensor } from 'wasmgrad';
 * await init();
 * const a = tensor([[1, 0], [1, 1], [1, 2]]); // a line through (0, 1), (1, 3), (2, 5)
 * console.log(lstsq(a, tensor([1, 3, 5])).toArray()); // about [1, 2]
 * ```
 */
export function lstsq(a: Tensor, b: Tensor, options: LstsqOptions = {}): Tensor {
  knownOptions('lstsq', options, ['rcond']);
  const rcond = finiteNumber('lstsq', 'rcond', options.rcond ?? RCOND, { min: 0, below: 1 });
  checkDType('lstsq', checkTensor('lstsq', a), 'f32');
  checkDType('lstsq', checkTensor('lstsq', b), 'f32');
  const text = `${shapeText(a.shape)} and ${shapeText(b.shape)}`;
  if (a.shape.length !== 2 || b.shape.length < 1 || b.shape.length > 2 || a.shape[0] !== b.shape[0])
    refuse(ShapeError, 'lstsq', 'matrices [m, n] and [m] or [m, k]', text);
  if (a.size === 0 || b.size === 0) refuse(ShapeError, 'lstsq', 'at least one row and one column', text);
  if (b.shape.length === 2) return solve(a, b, rcond);
  return scoped(
    () => viewAs(solve(a, viewAs(b, [b.size, 1]), rcond), [a.shape[1] ?? 0]),
    (x) => [x],
  );
}
