import { onBehalfOf } from '../core/errors.js';
import { apply, type Op } from '../autodiff/op.js';
import { addMaybe } from '../autodiff/linear.js';
import { add } from '../ops/add.js';
import { concat } from '../ops/concat.js';
import { matmul } from '../ops/matmul.js';
import { neg } from '../ops/neg.js';
import { slice } from '../ops/slice.js';
import { sub } from '../ops/sub.js';
import { nth, only } from '../ops/support/arguments.js';
import { tril } from '../ops/triangle.js';
import { REFLECTION_PANEL } from '../runtime/generated/layout.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { callForEach, checkMatrices, flip, mirrored, paddedRow, sizesOf } from './matrices.js';
import { solveTriangular } from './triangular.js';

/** Doubles that the kernel needs for a matrix: a copy, its reflections, and for each panel two small squares. */
function scratchFor(m: number, n: number): number {
  const panels = Math.ceil(n / REFLECTION_PANEL);
  const square = REFLECTION_PANEL * REFLECTION_PANEL;
  const small = square + panels * (square + 2 * REFLECTION_PANEL);
  return (m + REFLECTION_PANEL) * paddedRow(n) + small + panels * m * REFLECTION_PANEL;
}

// A = Q R, m >= n (Walter and Lehmann 2018, arXiv 1001.1654). With T = dA R^-1, C = Q^T T and W the antisymmetric matrix that
// has the elements of C below the diagonal:  dR = (C - W) R,  dQ = T - Q (C - W). With M = R Rg^T - Qg^T Q the cotangent of A
// is (Qg + Q mirrored(M)) R^-T.
const qrOp: Op<undefined> = {
  name: 'qr',
  infer: (inputs) => {
    const { lead, n } = sizesOf(only(inputs));
    return [
      { shape: only(inputs).shape, dtype: 'f32' },
      { shape: [...lead, n, n], dtype: 'f32' },
    ];
  },
  forward: (inputs, outputs) => {
    const [a, q, r] = [only(inputs), nth(outputs, 0), nth(outputs, 1)];
    const { units, m, n } = sizesOf(a);
    if (n === 0) return;
    callForEach(units, scratchFor(m, n), (scratch, begin, end) => {
      call(kernels.qr, a.pointer(), q.pointer(), r.pointer(), scratch, m, n, begin, end);
    });
  },
  rules: {
    vjp: ({ outputs }, [gq, gr]) => {
      const [q, r] = [nth(outputs, 0), nth(outputs, 1)];
      const byR = gr && matmul(r, gr, { transposeB: true });
      const byQ = gq && neg(matmul(gq, q, { transposeA: true }));
      const m = addMaybe(byR, byQ);
      if (!m) return [];
      const total = addMaybe(gq, matmul(q, mirrored(m)));
      return [total && flip(solveTriangular(r, flip(total), { upper: true, transposed: false }))];
    },
    jvp: ({ outputs }, [da]) => {
      if (!da) return [];
      const [q, r] = [nth(outputs, 0), nth(outputs, 1)];
      const t = flip(solveTriangular(r, flip(da), { upper: true, transposed: true })); // dA R^-1
      const c = matmul(q, t, { transposeA: true });
      const below = tril(c, -1);
      const upper = add(sub(c, below), flip(below));
      return [sub(t, matmul(q, upper)), matmul(upper, r)];
    },
    saves: { inputs: false, outputs: true },
  },
};

function tall(a: Tensor): [Tensor, Tensor] {
  const both = apply(qrOp, [a], undefined);
  return [nth(both, 0), nth(both, 1)];
}

/** A = [X Y] with more columns than rows: X = Q R', R = [R', Q^T Y]. */
function wide(a: Tensor): [Tensor, Tensor] {
  const { lead, m, n } = sizesOf(a);
  const begin = lead.map(() => 0);
  const [q, r] = tall(slice(a, [...begin, 0, 0], [...lead, m, m]));
  const rest = slice(a, [...begin, 0, m], [...lead, m, n - m]);
  return [q, concat([r, matmul(q, rest, { transposeA: true })], -1)];
}

/**
 * Orthonormal columns q and an upper triangle r with `a = q r`, in the reduced form: k = min(m, n) columns. By Householder
 * reflections in f64, with the signs of LAPACK, so NumPy's: usually the diagonal of r is negative.
 *
 * Matrices that are not finite give NaN; of columns after the first k only their own in r. The derivative needs the first k columns to be independent; without that it is not
 * finite, because neither is the factorisation's.
 *
 * @param a f32 [..., m, n]
 * @returns `[q, r]`, [..., m, k] and [..., k, n]
 * @throws ShapeError for fewer than two axes; DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, qr, tensor } from 'wasmgrad';
 * await init();
 * const [q, r] = qr(tensor([[3, 1], [4, 2]]));
 * console.log(r.toArray()); // about [[-5, -2.2], [0, 0.4]]
 * ```
 */
export function qr(a: Tensor): [q: Tensor, r: Tensor] {
  const { m, n } = sizesOf(checkMatrices('qr', a));
  if (m >= n) return tall(a);
  return onBehalfOf('qr', () =>
    scoped(
      () => wide(a),
      (both) => both,
    ),
  );
}
