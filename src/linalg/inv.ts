import { applyOne, type Op } from '../autodiff/op.js';
import { matmul } from '../ops/matmul.js';
import { neg } from '../ops/neg.js';
import { only } from '../ops/support/arguments.js';
import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { callForEach, checkSquare, from, sizesOf } from './matrices.js';
import { solveScratch } from './solve.js';

// X = A^-1:  dX = -X dA X  (Giles 2008)
const invOp: Op<undefined> = {
  name: 'inv',
  infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
  forward: (inputs, outputs) => {
    const [a, y] = [only(inputs), only(outputs)];
    const { units, n } = sizesOf(a);
    callForEach(units, solveScratch(n, n), (scratch, begin, end) => {
      callNamed(kernels.solveSquare, {
        a: from(a, begin),
        b: 0, // stands for the identity
        y: from(y, begin),
        scratch,
        transposed: 0,
        width: n,
        features: n,
        end: end - begin,
      });
    });
  },
  rules: {
    vjp: ({ outputs }, [g]) => {
      if (!g) return [];
      const x = only(outputs);
      const left = matmul(x, g, { transposeA: true });
      return [neg(matmul(left, x, { transposeB: true }))];
    },
    jvp: ({ outputs }, [da]) => [da && neg(matmul(only(outputs), matmul(da, only(outputs))))],
    saves: { inputs: false, outputs: true },
  },
};

/**
 * Inverses of square matrices, computed in f64. `solve(a, b)` is faster and more accurate than `matmul(inv(a), b)`.
 *
 * A matrix that is singular to the precision of f64, or not finite, gives NaN; others of the batch, and their gradients, are
 * not affected.
 *
 * @param a f32 [..., n, n]
 * @throws ShapeError unless the matrices are square; DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, inv, tensor } from 'wasmgrad';
 * await init();
 * console.log(inv(tensor([[2, 0], [0, 4]])).toArray()); // [[0.5, 0], [0, 0.25]]
 * ```
 */
export function inv(a: Tensor): Tensor {
  return applyOne(invOp, [checkSquare('inv', a)], undefined);
}
