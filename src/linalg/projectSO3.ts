import { ShapeError, refuse } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { addMaybe } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import { add } from '../ops/add.js';
import { matmul } from '../ops/matmul.js';
import { mul } from '../ops/mul.js';
import { neg } from '../ops/neg.js';
import { sub } from '../ops/sub.js';
import { nth, only } from '../ops/support/arguments.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import { transpose } from '../ops/transpose.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';

const sameAsFirst = (inputs: readonly Tensor[]) => [{ shape: only(inputs).shape, dtype: 'f32' as const }];
/** a^T b */
const transposed = (a: Tensor, b: Tensor): Tensor => matmul(a, b, { transposeA: true });

// D(G) = R W with W antisymmetric and W P + P W = R^T G - G^T R, P = R^T M: the derivative of the nearest rotation along
// G. The map is self-adjoint in G. Its own derivatives, with D and E = D(C), W = R^T D and V = R^T E:
//   by G: D again, for tangents and cotangents
//   by M: for the cotangent C  R (V W + W V) / 2;  for a tangent dM  D(-R W R^T dM), up to what is symmetric
//   by R: for the cotangent C  -C W - G V + M (V W + W V) / 2;  for a tangent  dR W + D(R (dR^T G - W dR^T M))
const derivativeOp: Op<undefined> = {
  name: 'projectSO3Derivative',
  infer: sameAsFirst,
  forward: (inputs, outputs) => {
    const [g, m, r] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
    call(kernels.projectSO3Derivative, g.pointer(), m.pointer(), r.pointer(), only(outputs).pointer(), 0, g.size / 9);
  },
  rules: {
    vjp: ({ inputs, outputs, needs }, [c]) => {
      if (!c) return [];
      const [g, m, r] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
      const e = derivative(c, m, r);
      if (!needs[1] && !needs[2]) return [e];
      const [w, v] = [transposed(r, only(outputs)), transposed(r, e)];
      const symmetric = mul(add(matmul(v, w), matmul(w, v)), 0.5);
      const byR = (): Tensor => sub(matmul(m, symmetric), add(matmul(c, w), matmul(g, v)));
      return [e, needs[1] ? matmul(r, symmetric) : undefined, needs[2] ? byR() : undefined];
    },
    jvp: ({ inputs, outputs }, [dg, dm, dr]) => {
      const [g, m, r] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
      const w = transposed(r, only(outputs));
      // dP is the symmetric part of R^T dM + dR^T M
      const rate = addMaybe(dm && transposed(r, dm), dr && transposed(dr, m));
      const fromP = rate && neg(matmul(matmul(r, w), mul(add(rate, flip(rate)), 0.5)));
      const fromR = dr && matmul(r, transposed(dr, g));
      const direction = addMaybe(addMaybe(dg, fromR), fromP);
      return [addMaybe(direction && derivative(direction, m, r), dr && matmul(dr, w))];
    },
    saves: { inputs: true, outputs: true },
  },
};

/** The transpose of the last two axes. */
function flip(x: Tensor): Tensor {
  return transpose(
    x,
    x.shape.map((_, i) => (i < x.shape.length - 2 ? i : 2 * x.shape.length - 3 - i)),
  );
}

function derivative(g: Tensor, m: Tensor, r: Tensor): Tensor {
  return applyOne(derivativeOp, [g, m, r], undefined);
}

const projectSO3Op: Op<undefined> = {
  name: 'projectSO3',
  infer: sameAsFirst,
  forward: (inputs, outputs) => {
    const m = only(inputs);
    call(kernels.projectSO3, m.pointer(), only(outputs).pointer(), 0, m.size / 9);
  },
  rules: {
    vjp: ({ inputs, outputs }, [cotangent]) => [cotangent && derivative(cotangent, only(inputs), only(outputs))],
    jvp: ({ inputs, outputs }, [tangent]) => [tangent && derivative(tangent, only(inputs), only(outputs))],
    saves: { inputs: true, outputs: true },
  },
};

const isMatrix = (shape: Shape): boolean => shape.at(-1) === 3 && shape.at(-2) === 3;

/**
 * The rotation matrix nearest to each 3x3 matrix in the Frobenius norm: with M = U S V^T it is
 * `U diag(1, 1, det(U V^T)) V^T` (the solution of Wahba's problem; Levinson et al. 2020, arXiv 2006.14616).
 *
 * The derivative has factors 1 / (s_i + s_j), the last singular value with the sign of det M. Where two of them nearly
 * cancel (rank 1; a reflection with two equal smallest singular values) the nearest rotation is not unique: one of them
 * is returned, and with u = 2^-20 (s1 + s2 +- s3) the factor 1 / k becomes k / (k^2 + u^2), which is bounded. Zero
 * matrices give the identity, with zero gradient.
 *
 * @param m f32 [..., 3, 3]
 * @returns [..., 3, 3], orthonormal to f32 rounding, det +1; NaN for matrices that are not finite
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, projectSO3, tensor } from 'wasmgrad';
 * await init();
 * const m = tensor([[0, -2, 0], [2, 0, 0], [0, 0, 3]]);
 * console.log(projectSO3(m).toArray()); // about [[0, -1, 0], [1, 0, 0], [0, 0, 1]]
 * ```
 */
export function projectSO3(m: Tensor): Tensor {
  const { shape } = checkDType('projectSO3', checkTensor('projectSO3', m), 'f32');
  if (!isMatrix(shape)) refuse(ShapeError, 'projectSO3', 'matrices [..., 3, 3]', shape);
  return applyOne(projectSO3Op, [m], undefined);
}
