import { refuse, ShapeError } from '../core/errors.js';
import { broadcastShapes, shapeText } from '../core/shapes.js';
import { addMaybe, viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import { broadcastTo } from '../ops/broadcast.js';
import { matmul } from '../ops/matmul.js';
import { neg } from '../ops/neg.js';
import { nth, only } from '../ops/support/arguments.js';
import { composing } from '../ops/support/composing.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { callForEach, checkSquare, from, paddedRow, sizesOf } from './matrices.js';

interface SolveAttributes {
  /** Whether to solve with the transpose. */
  readonly transposed: boolean;
}

/** Doubles that the kernel needs for a matrix and k right sides. */
export const solveScratch = (n: number, k: number): number => n * (paddedRow(n) + paddedRow(k)) + 3 * paddedRow(n);

// x = op(A)^-1 b:  dx = op(A)^-1 (db - op(dA) x)  (Giles 2008)
const solveOp: Op<SolveAttributes> = {
  name: 'solve',
  infer: (inputs) => [{ shape: nth(inputs, 1).shape, dtype: 'f32' }],
  forward: (inputs, outputs, { transposed }) => {
    const [a, b, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    const { units, m: width, n: features } = sizesOf(b);
    if (y.size === 0) return;
    callForEach(units, solveScratch(width, features), (scratch, begin, end) => {
      callNamed(kernels.solveSquare, {
        a: from(a, begin),
        b: from(b, begin),
        y: from(y, begin),
        scratch,
        transposed: Number(transposed),
        width,
        features,
        end: end - begin,
      });
    });
  },
  rules: {
    vjp: ({ inputs, outputs, attributes: { transposed }, needs }, [g]) => {
      if (!g) return [];
      const [a, x] = [nth(inputs, 0), only(outputs)];
      const h = applyOne(solveOp, [a, g], { transposed: !transposed });
      const [left, right] = transposed ? [x, h] : [h, x];
      return [needs[0] ? neg(matmul(left, right, { transposeB: true })) : undefined, h];
    },
    jvp: ({ inputs, outputs, attributes }, [da, db]) => {
      const [a, x] = [nth(inputs, 0), only(outputs)];
      const moved = da && neg(matmul(da, x, { transposeA: attributes.transposed }));
      const total = addMaybe(db, moved);
      return [total && applyOne(solveOp, [a, total], attributes)];
    },
    saves: { inputs: true, outputs: true },
  },
};

/**
 * The x with `a x = b`, for square matrices: by LU decomposition with partial pivoting, in f64. Leading axes broadcast, and
 * as in NumPy 2 b is a vector only if it has one axis. For more or fewer equations than unknowns see `lstsq`.
 *
 * A matrix that is singular to the precision of f64, or not finite, gives NaN; others of the batch, and their gradients, are
 * not affected.
 *
 * @param a f32 [..., n, n]
 * @param b f32 [n] or [..., n, k]
 * @returns [..., n] or [..., n, k]
 * @throws ShapeError for matrices that are not square, and sizes that do not match; DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, solve, tensor } from 'wasmgrad';
 * await init();
 * console.log(solve(tensor([[2, 1], [1, 3]]), tensor([3, 5])).toArray()); // about [0.8, 1.4]
 * ```
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  checkSquare('solve', a);
  checkDType('solve', checkTensor('solve', b), 'f32');
  const { lead, n } = sizesOf(a);
  const isVector = b.shape.length === 1;
  if (b.shape.length === 0 || b.shape.at(isVector ? -1 : -2) !== n) {
    const text = `${shapeText(a.shape)} and ${shapeText(b.shape)}`;
    refuse(ShapeError, 'solve', 'matrices [..., n, n] and [n] or [..., n, k]', text);
  }
  const k = isVector ? 1 : (b.shape.at(-1) ?? 0);
  const entries = isVector ? lead : broadcastShapes('solve', lead, b.shape.slice(0, -2));
  return composing('solve', () => {
    const right = isVector ? viewAs(b, [n, 1]) : b;
    const [left, sides] = [broadcastTo(a, [...entries, n, n]), broadcastTo(right, [...entries, n, k])];
    const x = applyOne(solveOp, [left, sides], { transposed: false });
    return isVector ? viewAs(x, [...entries, n]) : x;
  });
}
