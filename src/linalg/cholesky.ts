import { applyOne, type Op } from '../autodiff/op.js';
import { matmul } from '../ops/matmul.js';
import { only } from '../ops/support/arguments.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { callForEach, checkSquare, flip, folded, halfLower, mirrored, paddedRow, sizesOf } from './matrices.js';
import { solveTriangular } from './triangular.js';

/** Rows that the kernel keeps a copy of. */
const BLOCK = 32;
const LOWER = { upper: false, transposed: false } as const;
const LOWER_TRANSPOSED = { upper: false, transposed: true } as const;

// A = L L^T (Murray 2016, "Differentiation of the Cholesky decomposition"), half: the lower triangle with half the diagonal:
//   dL = L half(L^-1 dA L^-T),   the cotangent of A is L^-T half(L^T G) L^-1, made symmetric
const choleskyOp: Op<undefined> = {
  name: 'cholesky',
  infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
  forward: (inputs, outputs) => {
    const [a, y] = [only(inputs), only(outputs)];
    const { units, n } = sizesOf(a);
    callForEach(units, (n + BLOCK) * paddedRow(n), (scratch, begin, end) => {
      call(kernels.cholesky, a.pointer(), y.pointer(), scratch, n, begin, end);
    });
  },
  rules: {
    vjp: ({ outputs }, [g]) => {
      if (!g) return [];
      const l = only(outputs);
      const right = solveTriangular(l, halfLower(matmul(l, g, { transposeA: true })), LOWER_TRANSPOSED);
      return [folded(solveTriangular(l, flip(right), LOWER_TRANSPOSED))];
    },
    jvp: ({ outputs }, [da]) => {
      if (!da) return [];
      const l = only(outputs);
      const left = solveTriangular(l, mirrored(da), LOWER);
      return [matmul(l, halfLower(solveTriangular(l, flip(left), LOWER)))];
    },
    saves: { inputs: false, outputs: true },
  },
};

/**
 * The lower triangular L with `a = L L^T`, for symmetric positive definite matrices. As in NumPy only the lower triangle of
 * a is read, so the gradient is in the lower triangle, too: that of an element below the diagonal counts for its mirror
 * image. Computed in f64.
 *
 * A matrix that is not positive definite, or not finite, gives NaN; others of the batch, and their gradients, are not
 * affected.
 *
 * @param a f32 [..., n, n]
 * @returns [..., n, n], 0 above the diagonal
 * @throws ShapeError unless the matrices are square; DTypeError, DisposedError
 * @example
 * ```ts
 * import { cholesky, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cholesky(tensor([[4, 2], [2, 5]])).toArray()); // [[2, 0], [1, 2]]
 * ```
 */
export function cholesky(a: Tensor): Tensor {
  return applyOne(choleskyOp, [checkSquare('cholesky', a)], undefined);
}
