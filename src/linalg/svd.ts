import { onBehalfOf } from '../core/errors.js';
import { addMaybe } from '../autodiff/linear.js';
import { apply, type Maybe, type Op } from '../autodiff/op.js';
import { add } from '../ops/add.js';
import { expandDims } from '../ops/expandDims.js';
import { matmul } from '../ops/matmul.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { nth, only } from '../ops/support/arguments.js';
import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import { eye } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import {
  callForEach,
  checkMatrices,
  flip,
  from,
  noiseOf,
  paddedRow,
  reciprocalGaps,
  reciprocalOrZero,
  sizesOf,
} from './matrices.js';

/** Doubles that the kernel needs for a matrix. */
function scratchFor(m: number, n: number): number {
  const prepared = (n + 4) * paddedRow(n) + Math.max(m * paddedRow(n), n * paddedRow(m));
  return n * paddedRow(m) + (n + 1) * paddedRow(n) + prepared;
}

/** 1 / (s_j^2 - s_i^2), 0 for equal ones, and both factors' limits where values are 0. */
const gapsOf = (s: Tensor): Tensor => mul(reciprocalGaps(s), reciprocalGaps(s, -1));

const antisymmetric = (x: Tensor): Tensor => sub(x, flip(x));

// A = U S V^T, m >= n (Giles 2008; Townsend 2016). With P = U^T dA V and F_ij = 1 / (s_j^2 - s_i^2), 0 for equal ones:
//   dS = diag(P),  dV = V (F * (S P + P^T S)),  dU = U (F * (P S + S P^T)) + (I - U U^T) dA V S^-1
// and with B = U^T Ug, C = V^T Vg the cotangent of A is
//   U ((F * (B - B^T)) S + S (F * (C - C^T)) + diag(sg)) V^T + (Ug - U B) S^-1 V^T
function pulled(outputs: readonly Tensor[], [gu, gs, gvt]: readonly Maybe[]): Maybe {
  const [u, s, vt] = [nth(outputs, 0), nth(outputs, 1), nth(outputs, 2)];
  const { m, n } = sizesOf(u);
  const [across, down] = [expandDims(s, -2), expandDims(s, -1)];
  const b = gu && matmul(u, gu, { transposeA: true });
  const byU = b && mul(mul(gapsOf(s), antisymmetric(b)), across);
  const byV = gvt && mul(down, mul(gapsOf(s), antisymmetric(matmul(vt, gvt, { transposeB: true }))));
  const byS = gs && mul(expandDims(gs, -1), eye(n));
  const inner = addMaybe(addMaybe(byU, byV), byS);
  const inside = inner && matmul(u, inner);
  const outside = b && m > n ? mul(sub(gu, matmul(u, b)), expandDims(reciprocalOrZero(s, noiseOf(s)), -2)) : undefined;
  const total = addMaybe(inside, outside);
  return total && matmul(total, vt);
}

function pushed(outputs: readonly Tensor[], da: Tensor): readonly Tensor[] {
  const [u, s, vt] = [nth(outputs, 0), nth(outputs, 1), nth(outputs, 2)];
  const { m, n } = sizesOf(u);
  const [across, down] = [expandDims(s, -2), expandDims(s, -1)];
  const right = matmul(da, vt, { transposeB: true });
  const p = matmul(u, right, { transposeA: true });
  const gaps = gapsOf(s);
  const turnU = mul(gaps, add(mul(p, across), mul(down, flip(p))));
  const turnV = mul(gaps, add(mul(down, p), mul(flip(p), across)));
  const inside = matmul(u, turnU);
  const du =
    m > n ? add(inside, mul(sub(right, matmul(u, p)), expandDims(reciprocalOrZero(s, noiseOf(s)), -2))) : inside;
  return [du, sum(mul(p, eye(n)), { axis: -1 }), matmul(flip(turnV), vt)];
}

const svdOp: Op<undefined> = {
  name: 'svd',
  infer: (inputs) => {
    const { lead, n } = sizesOf(only(inputs));
    return [
      { shape: only(inputs).shape, dtype: 'f32' },
      { shape: [...lead, n], dtype: 'f32' },
      { shape: [...lead, n, n], dtype: 'f32' },
    ];
  },
  forward: (inputs, outputs) => {
    const a = only(inputs);
    const [u, s, vt] = [nth(outputs, 0), nth(outputs, 1), nth(outputs, 2)];
    const { units, m: steps, n: width } = sizesOf(a);
    if (width === 0) return;
    callForEach(units, scratchFor(steps, width), (scratch, begin, end) => {
      callNamed(kernels.svd, {
        a: from(a, begin),
        u: from(u, begin),
        s: s.pointer() + 4 * begin * width,
        vt: from(vt, begin),
        scratch,
        steps,
        width,
        end: end - begin,
      });
    });
  },
  rules: {
    vjp: ({ outputs }, cotangents) => (only(outputs).size === 0 ? [] : [pulled(outputs, cotangents)]),
    jvp: ({ outputs }, [da]) => (da && da.size > 0 ? pushed(outputs, da) : []),
    saves: { inputs: false, outputs: true },
  },
};

type Factors = [u: Tensor, s: Tensor, vt: Tensor];

function tall(a: Tensor): Factors {
  const all = apply(svdOp, [a], undefined);
  return [nth(all, 0), nth(all, 1), nth(all, 2)];
}

/**
 * Singular value decomposition `a = u diag(s) vt` in the reduced form (NumPy's `full_matrices=False`): k = min(m, n)
 * orthonormal columns of u and rows of vt. Computed in f64 by one-sided Jacobi rotations, which are accurate for small
 * singular values, too.
 *
 * Signs: the first element of each vector, of u if m >= n and of vt if not, that is at least half as large as the largest is
 * positive. Matrices that are not finite give NaN. The derivatives of the values are those of any spectrum. Singular vectors
 * of values that are equal to f32 rounding, or 0, have no derivative along each other; there the rules count it as 0, so that
 * gradients stay finite.
 *
 * @param a f32 [..., m, n]
 * @returns `[u, s, vt]`: [..., m, k]; [..., k], descending; [..., k, n]
 * @throws ShapeError for fewer than two axes; DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, svd, tensor } from 'wasmgrad';
 * await init();
 * const [u, s, vt] = svd(tensor([[3, 0], [0, -2], [0, 0]]));
 * console.log(s.toArray(), vt.toArray()); // [3, 2] [[1, 0], [0, -1]]
 * ```
 */
export function svd(a: Tensor): Factors {
  const { m, n } = sizesOf(checkMatrices('svd', a));
  if (m >= n) return tall(a);
  return onBehalfOf('svd', () =>
    scoped(
      (): Factors => {
        const [v, s, ut] = tall(flip(a));
        return [flip(ut), s, flip(v)];
      },
      (all) => all,
    ),
  );
}
