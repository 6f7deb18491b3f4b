import { finiteNumber, knownOptions } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { addMaybe, viewAs } from '../autodiff/linear.js';
import { applyOne, type Op, type Rules } from '../autodiff/op.js';
import { add } from '../ops/add.js';
import { concat } from '../ops/concat.js';
import { matmul } from '../ops/matmul.js';
import { neg } from '../ops/neg.js';
import { slice } from '../ops/slice.js';
import { sub } from '../ops/sub.js';
import { nth, only } from '../ops/support/arguments.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { leastSquaresScratch, paddedRow } from './leastSquaresScratch.js';
import { withScratch } from '../ops/support/scratch.js';

export interface LstsqOptions {
  /**
   * Singular values of A up to this share of the largest count as zero. Without it, each column's rounding to f32
   * decides.
   */
  readonly rcond?: number | undefined;
}

interface LstsqAttributes {
  /** -1: none given. */
  readonly rcond: number;
  /** `A^+ B`, `(A^+)^T G` or `(I - A^+ A) G`. The second takes the rank of A; the rank found for A^T might differ. */
  readonly wanted: 'solution' | 'adjoint' | 'nullPart';
}

const KERNELS = {
  solution: kernels.leastSquares,
  adjoint: kernels.leastSquaresAdjoint,
  nullPart: kernels.leastSquaresNull,
} as const;

function forward(inputs: readonly Tensor[], outputs: readonly Tensor[], { rcond, wanted }: LstsqAttributes): void {
  const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
  const [m = 0, n = 0] = a.shape;
  const [, k = 0] = b.shape;
  const right = wanted === 'solution' ? k : 0;
  const doubles = m * paddedRow(n, right) + leastSquaresScratch(m, n, right, k) / 8;
  withScratch([doubles, 2], (scratch) => {
    call(KERNELS[wanted], a.pointer(), b.pointer(), only(outputs).pointer(), scratch.pointer(), m, n, k, rcond);
  });
}

/** Applies `f` to the columns of two matrices at once. */
function together(a: Tensor, b: Tensor, f: (both: Tensor) => Tensor): [Tensor, Tensor] {
  const both = f(concat([a, b], 1));
  const [rows = 0, columns = 0] = both.shape;
  const [, k = 0] = a.shape;
  return [slice(both, [0, 0], [rows, k]), slice(both, [0, k], [rows, columns - k])];
}

/** x y^T */
const outer = (x: Tensor, y: Tensor): Tensor => matmul(x, y, { transposeB: true });

/** Terms of the derivatives of x = P b with P = A^+; for the adjoint P = (A^+)^T, and A^T stands for A. */
function partsOf(a: Tensor, { rcond, wanted }: LstsqAttributes) {
  const isAdjoint = wanted === 'adjoint';
  const apply = (b: Tensor, what: LstsqAttributes['wanted']): Tensor =>
    applyOne(lstsqOp, [a, b], { rcond, wanted: what });
  const nullPart = (v: Tensor): Tensor => apply(v, 'nullPart');
  const rest = (v: Tensor, fit: Tensor): Tensor => sub(v, matmul(a, fit));
  return {
    pseudo: (b: Tensor) => apply(b, isAdjoint ? 'adjoint' : 'solution'),
    /** P^T g */
    transposed: (g: Tensor) => apply(g, isAdjoint ? 'solution' : 'adjoint'),
    /**
     * b - A x for x = P b. The adjoint needs f64: a product in f32 would leave rounding errors as large as the columns.
     */
    residual: (b: Tensor, x: Tensor) => (isAdjoint ? nullPart(b) : rest(b, x)),
    /** (I - P A) g, h = P^T g */
    across: (g: Tensor, h: Tensor) => (isAdjoint ? rest(g, h) : nullPart(g)),
    /** dA b, dA^T b */
    times: (da: Tensor, b: Tensor) => matmul(da, b, { transposeA: isAdjoint }),
    timesTransposed: (da: Tensor, b: Tensor) => matmul(da, b, { transposeA: !isAdjoint }),
    /** The cotangent of A for x^T dA y. */
    cotangent: (x: Tensor, y: Tensor) => (isAdjoint ? outer(y, x) : outer(x, y)),
  };
}

// x = A^+ b. The derivative of a pseudo-inverse of locally constant rank (Golub and Pereyra 1973), r = b - A x:
//   dx = A^+ (db - dA x + (A^+)^T dA^T r) + (I - A^+ A) dA^T (A^+)^T x
// and the same holds for (A^+)^T = (A^T)^+ with A^T and dA^T in place of A and dA.
const solveRules: Rules<LstsqAttributes> = {
  vjp: ({ inputs, outputs, attributes, needs }, [g]) => {
    if (!g) return [];
    const [a, b, x] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    const { pseudo, transposed, residual, across, cotangent } = partsOf(a, attributes);
    if (!needs[0]) return [undefined, transposed(g)];
    const [h, y] = together(g, x, transposed);
    const inside = sub(cotangent(residual(b, x), pseudo(h)), cotangent(h, x));
    return [add(inside, cotangent(y, across(g, h))), needs[1] ? h : undefined];
  },
  jvp: ({ inputs, outputs, attributes }, [da, db]) => {
    const [a, b, x] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    const { pseudo, transposed, residual, across, times, timesTransposed } = partsOf(a, attributes);
    if (!da) return [db && pseudo(db)];
    const z = timesTransposed(da, transposed(x));
    const fromResidual = transposed(timesTransposed(da, residual(b, x)));
    const inside = sub(fromResidual, times(da, x));
    return [add(pseudo(addMaybe(db, inside) ?? inside), across(z, transposed(z)))];
  },
};

// y = N g, N = I - A^+ A:  dy = N dg - A^+ dA y - N dA^T (A^+)^T g
const nullPartRules: Rules<LstsqAttributes> = {
  vjp: ({ inputs, outputs, attributes, needs }, [c]) => {
    if (!c) return [];
    const [a, g, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    const across = applyOne(lstsqOp, [a, c], attributes);
    if (!needs[0]) return [undefined, across];
    const [left, right] = together(c, g, partsOf(a, { ...attributes, wanted: 'solution' }).transposed);
    return [neg(add(outer(left, y), outer(right, across))), needs[1] ? across : undefined];
  },
  jvp: ({ inputs, outputs, attributes }, [da, dg]) => {
    const [a, g, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    if (!da) return [dg && applyOne(lstsqOp, [a, dg], attributes)];
    const { pseudo, transposed, timesTransposed } = partsOf(a, { ...attributes, wanted: 'solution' });
    const outside = neg(timesTransposed(da, transposed(g)));
    return [sub(applyOne(lstsqOp, [a, addMaybe(dg, outside) ?? outside], attributes), pseudo(matmul(da, y)))];
  },
};

const rulesFor = ({ wanted }: LstsqAttributes): Rules<LstsqAttributes> =>
  wanted === 'nullPart' ? nullPartRules : solveRules;

const lstsqOp: Op<LstsqAttributes> = {
  name: 'lstsq',
  infer: (inputs, { wanted }) => [
    { shape: [nth(inputs, 0).shape[wanted === 'adjoint' ? 0 : 1] ?? 0, nth(inputs, 1).shape[1] ?? 0], dtype: 'f32' },
  ],
  forward,
  rules: {
    vjp: (applied, cotangents) => rulesFor(applied.attributes).vjp(applied, cotangents),
    jvp: (applied, tangents) => rulesFor(applied.attributes).jvp(applied, tangents),
    saves: { inputs: true, outputs: true },
  },
};

/**
 * Least squares: the x that minimises `|A x - B|`, of all such x the shortest, so that `x = A+ B` for any shape and
 * rank. Computed in float64 and accurate to f32 rounding up to condition numbers of about 1e6, for columns of any
 * scale. Well-conditioned problems are solved by refined normal equations (Björck 1987), others by Householder
 * reflections with column pivoting and a complete orthogonal decomposition (Golub and Van Loan, "Matrix Computations",
 * 5.5). Numbers that are not finite give NaN.
 *
 * A column counts as dependent when the part of it that the others do not explain is at most 2^-22 (2.4e-7) of its
 * length, slightly more than what rounding to f32 leaves of a zero. With `rcond` the singular values of A decide
 * instead.
 *
 * Differentiable with respect to both arguments. For deficient rank the derivative is that along changes which keep the
 * rank.
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
    refuse(ShapeError, 'lstsq', 'matrices [m, n] and [m] or [m, k]', text);
  if (a.size === 0 || b.size === 0) refuse(ShapeError, 'lstsq', 'at least one row and one column', text);
  const solve = (right: Tensor): Tensor => applyOne(lstsqOp, [a, right], { rcond, wanted: 'solution' });
  if (b.shape.length === 2) return solve(b);
  return scoped(
    () => viewAs(solve(viewAs(b, [b.size, 1])), [a.shape[1] ?? 0]),
    (x) => [x],
  );
}
