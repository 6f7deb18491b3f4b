import { apply, type Op } from '../autodiff/op.js';
import { addMaybe } from '../autodiff/linear.js';
import { expandDims } from '../ops/expandDims.js';
import { matmul } from '../ops/matmul.js';
import { mul } from '../ops/mul.js';
import { sum } from '../ops/sum.js';
import { nth, only } from '../ops/support/arguments.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { eye } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { callForEach, checkSquare, folded, mirrored, paddedRow, reciprocalGaps, sizesOf } from './matrices.js';

// A V = V diag(w) (Giles 2008). With P = V^T dA V and F_ij = 1 / (w_j - w_i), 0 for equal ones:  dw = diag(P),
// dV = V (F * P). The cotangent of A is V (diag(wg) + F * (V^T Vg)) V^T.
const eighOp: Op<undefined> = {
  name: 'eigh',
  infer: (inputs) => {
    const { shape } = only(inputs);
    return [
      { shape: shape.slice(0, -1), dtype: 'f32' },
      { shape, dtype: 'f32' },
    ];
  },
  forward: (inputs, outputs) => {
    const [a, w, v] = [only(inputs), nth(outputs, 0), nth(outputs, 1)];
    const { units, n } = sizesOf(a);
    if (n === 0) return;
    callForEach(units, (2 * n + 4) * paddedRow(n), (scratch, begin, end) => {
      call(kernels.eigh, a.pointer(), w.pointer(), v.pointer(), scratch, n, begin, end);
    });
  },
  rules: {
    vjp: ({ outputs }, [gw, gv]) => {
      const [w, v] = [nth(outputs, 0), nth(outputs, 1)];
      const n = v.shape.at(-1) ?? 0;
      const byValues = gw && mul(expandDims(gw, -1), eye(n));
      const byVectors = gv && n > 0 ? mul(reciprocalGaps(w), matmul(v, gv, { transposeA: true })) : undefined;
      const inner = addMaybe(byValues, byVectors);
      return [inner && folded(matmul(matmul(v, inner), v, { transposeB: true }))];
    },
    jvp: ({ outputs }, [da]) => {
      const [w, v] = [nth(outputs, 0), nth(outputs, 1)];
      const n = v.shape.at(-1) ?? 0;
      if (!da || n === 0) return [];
      const p = matmul(matmul(v, mirrored(da), { transposeA: true }), v);
      return [sum(mul(p, eye(n)), { axis: -1 }), matmul(v, mul(reciprocalGaps(w), p))];
    },
    saves: { inputs: false, outputs: true },
  },
};

/**
 * Eigenvalues and orthonormal eigenvectors of symmetric matrices. As in NumPy only the lower triangle of a is read, so the
 * gradient is in the lower triangle, too: that of an element below the diagonal counts for its mirror image. Computed in f64
 * by Householder's reduction and implicit QL steps.
 *
 * A vector's sign: the first of its elements that is at least half as large as the largest is positive. Matrices that are not
 * finite give NaN. The derivatives of the values are those of any spectrum. Eigenvectors of equal eigenvalues (equal to f32
 * rounding) have no derivative along each other; there the rules count it as 0, so that gradients stay finite.
 *
 * @param a f32 [..., n, n]
 * @returns `[values, vectors]`: [..., n], ascending, and [..., n, n], whose columns are the vectors
 * @throws ShapeError unless the matrices are square; DTypeError, DisposedError
 * @example
 * ```ts
 * import { eigh, init, tensor } from 'wasmgrad';
 * await init();
 * const [values, vectors] = eigh(tensor([[2, 0], [0, 1]]));
 * console.log(values.toArray(), vectors.toArray()); // [1, 2] [[0, 1], [1, 0]]
 * ```
 */
export function eigh(a: Tensor): [values: Tensor, vectors: Tensor] {
  const both = apply(eighOp, [checkSquare('eigh', a)], undefined);
  return [nth(both, 0), nth(both, 1)];
}
