import { finiteNumber, knownOptions } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { addMaybe, viewAs } from '../autodiff/linear.js';
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
import { leastSquaresScratch, paddedRow } from './leastSquaresScratch.js';

export interface LstsqOptions {
  /**
   * Singular values of A up to this share of the largest count as zero. Without it the rounding of the numbers to f32
   * decides, column by column.
   */
  readonly rcond?: number;
}

interface LstsqAttributes {
  /** -1: none given. */
  readonly rcond: number;
  /** `(A^+)^T G` for G [n, k], in place of `A^+ B`. The rank is that of A, which A^T by itself might not be given. */
  readonly adjoint: boolean;
}

/** A^+ b, or (A^+)^T b. */
function solve(a: Tensor, b: Tensor, attributes: LstsqAttributes): Tensor {
  return applyOne(lstsqOp, [a, b], attributes);
}

/** A b, or A^T b. */
function times(a: Tensor, b: Tensor, transposeA: boolean): Tensor {
  return matmul(a, b, { transposeA });
}

// x = A^+ b. The derivative of a pseudo-inverse of locally constant rank (Golub and Pereyra 1973), r = b - A x:
//   dx = A^+ (db - dA x + (A^+)^T dA^T r) + (I - A^+ A) dA^T (A^+)^T x
// and the same holds for (A^+)^T = (A^T)^+ with A^T and dA^T in place of A and dA.
const lstsqOp: Op<LstsqAttributes> = {
  name: 'lstsq',
  infer: (inputs, { adjoint }) => [
    { shape: [nth(inputs, 0).shape[adjoint ? 0 : 1] ?? 0, nth(inputs, 1).shape[1] ?? 0], dtype: 'f32' },
  ],
  forward: (inputs, outputs, { rcond, adjoint }) => {
    const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
    const [m = 0, n = 0] = a.shape;
    const [, k = 0] = b.shape;
    const right = adjoint ? 0 : k;
    const doubles = m * paddedRow(n, right) + leastSquaresScratch(m, n, right, k) / 8;
    const scratch = Tensor.allocate([doubles, 2]);
    const kernel = adjoint ? kernels.leastSquaresAdjoint : kernels.leastSquares;
    call(kernel, a.pointer(), b.pointer(), only(outputs).pointer(), scratch.pointer(), m, n, k, rcond);
    scratch.dispose();
  },
  rules: {
    vjp: ({ inputs, outputs, attributes, needs }, [g]) => {
      if (!g) return [];
      const [a, b, x] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
      const { adjoint } = attributes;
      const other = { ...attributes, adjoint: !adjoint };
      if (!needs[0]) return [undefined, solve(a, g, other)];
      const [, k = 0] = x.shape;
      const both = solve(a, concat([g, x], 1), other);
      const [rows = 0] = both.shape;
      const h = slice(both, [0, 0], [rows, k]); // (A^+)^T g
      const y = slice(both, [0, k], [rows, k]); // (A^+)^T x
      const r = sub(b, times(a, x, adjoint));
      const v = solve(a, h, attributes);
      const across = sub(g, times(a, h, !adjoint)); // (I - A^+ A) g = g - A^T h
      const outer = (left: Tensor, right: Tensor): Tensor =>
        adjoint ? matmul(right, left, { transposeB: true }) : matmul(left, right, { transposeB: true });
      return [add(sub(outer(r, v), outer(h, x)), outer(y, across)), needs[1] ? h : undefined];
    },
    jvp: ({ inputs, outputs, attributes }, [da, db]) => {
      const [a, b, x] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
      if (!da) return [db && solve(a, db, attributes)];
      const { adjoint } = attributes;
      const other = { ...attributes, adjoint: !adjoint };
      const r = sub(b, times(a, x, adjoint));
      const z = times(da, solve(a, x, other), !adjoint);
      const fromR = solve(a, times(da, r, !adjoint), other);
      const inside = sub(fromR, times(da, x, adjoint));
      const across = sub(z, times(a, solve(a, z, other), !adjoint));
      return [add(solve(a, addMaybe(db, inside) ?? inside, attributes), across)];
    },
    saves: { inputs: true, outputs: true },
  },
};

/**
 * Least squares: the x that minimises `|A x - B|`, of all such x the shortest, so that `x = A+ B` for any shape and rank.
 * Computed in float64, right to f32 rounding up to condition numbers of about 1e6, however different the scales of the
 * columns: far from dependence by refined normal equations (Björck 1987), else by Householder reflections with column
 * pivoting and a complete orthogonal decomposition (Golub and Van Loan, "Matrix Computations", 5.5). Numbers that are
 * not finite give NaN.
 *
 * A column counts as dependent on others when no more than 2^-22 of its length, 2.4e-7, is left once its parts along
 * them are taken out: that lies just above what rounding to f32 makes of a zero. With `rcond` singular values decide.
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
  const given = options.rcond;
  const rcond = given === undefined ? -1 : finiteNumber('lstsq', 'rcond', given, { min: 0, below: 1 });
  checkDType('lstsq', checkTensor('lstsq', a), 'f32');
  checkDType('lstsq', checkTensor('lstsq', b), 'f32');
  const text = `${shapeText(a.shape)} and ${shapeText(b.shape)}`;
  if (a.shape.length !== 2 || b.shape.length < 1 || b.shape.length > 2 || a.shape[0] !== b.shape[0])
    throw new ShapeError(`lstsq: expected matrices [m, n] and [m] or [m, k], got ${text}`);
  if (a.size === 0 || b.size === 0)
    throw new ShapeError(`lstsq: expected at least one row and one column, got ${text}`);
  if (b.shape.length === 2) return solve(a, b, { rcond, adjoint: false });
  return scoped(
    () => viewAs(solve(a, viewAs(b, [b.size, 1]), { rcond, adjoint: false }), [a.shape[1] ?? 0]),
    (x) => [x],
  );
}
