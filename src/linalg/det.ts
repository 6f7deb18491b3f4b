import { viewAs } from '../autodiff/linear.js';
import { applyOne, type Op } from '../autodiff/op.js';
import { matmul } from '../ops/matmul.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { nth, only } from '../ops/support/arguments.js';
import { composedRules } from '../ops/support/composition.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { inv } from './inv.js';
import { callForEach, checkSquare, flip, paddedRow, sizesOf } from './matrices.js';

const MATRIX = { axis: [-2, -1] };

/** Values [...] as [..., 1, 1]. */
const asMatrices = (x: Tensor): Tensor => viewAs(x, [...x.shape, 1, 1]);

function callCofactor(a: Tensor, e: number, y: Tensor): void {
  const { units, n } = sizesOf(a);
  callForEach(units, (5 * n + 3) * paddedRow(n), (scratch, begin, end) => {
    call(kernels.cofactor, a.pointer(), e, y.pointer(), scratch, n, begin, end);
  });
}

/** det A (tr(X E) X^T - X^T E^T X^T) with X = A^-1: the derivative of the cofactors along E, if A is regular. */
function regularDerivative([a, e]: readonly Tensor[]): readonly Tensor[] {
  if (!a || !e) return [];
  const x = flip(inv(a));
  const trace = asMatrices(sum(mul(x, e), MATRIX));
  return [mul(asMatrices(det(a)), sub(mul(trace, x), matmul(x, matmul(flip(e), x))))];
}

const regularRules = composedRules<undefined>(regularDerivative);

// The second derivative of the determinant, hence symmetric in its two directions.
const derivativeOp: Op<undefined> = {
  name: 'cofactorDerivative',
  infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
  forward: (inputs, outputs) => {
    callCofactor(only(inputs), nth(inputs, 1).pointer(), only(outputs));
  },
  rules: {
    vjp: (applied, cotangents) => {
      const [g] = cotangents;
      if (!g || applied.needs[0]) return regularRules.vjp(applied, cotangents);
      return [undefined, applyOne(derivativeOp, [only(applied.inputs), g], undefined)];
    },
    jvp: (applied, tangents) => {
      const [da, de] = tangents;
      if (!de || da) return regularRules.jvp(applied, tangents);
      return [applyOne(derivativeOp, [only(applied.inputs), de], undefined)];
    },
  },
};

const cofactorOp: Op<undefined> = {
  name: 'cofactor',
  infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
  forward: (inputs, outputs) => {
    callCofactor(only(inputs), 0, only(outputs));
  },
  rules: {
    vjp: ({ inputs }, [g]) => [g && applyOne(derivativeOp, [only(inputs), g], undefined)],
    jvp: ({ inputs }, [da]) => [da && applyOne(derivativeOp, [only(inputs), da], undefined)],
  },
};

// d det A = <cof A, dA>
const detOp: Op<undefined> = {
  name: 'det',
  infer: (inputs) => [{ shape: only(inputs).shape.slice(0, -2), dtype: 'f32' }],
  forward: (inputs, outputs) => {
    const [a, y] = [only(inputs), only(outputs)];
    const { units, n } = sizesOf(a);
    callForEach(units, (n + 1) * paddedRow(n), (scratch, begin, end) => {
      call(kernels.determinant, a.pointer(), y.pointer(), scratch, n, begin, end);
    });
  },
  rules: {
    vjp: ({ inputs }, [g]) => [g && mul(asMatrices(g), applyOne(cofactorOp, inputs, undefined))],
    jvp: ({ inputs }, [da]) => [da && sum(mul(applyOne(cofactorOp, inputs, undefined), da), MATRIX)],
  },
};

/**
 * Determinants of square matrices, computed in f64; 1 for matrices of size 0, NaN for matrices that are not finite.
 *
 * First and second derivatives are finite for singular matrices, too: they come from the matrix of cofactors, computed by LU
 * decomposition with complete pivoting, which never divides by a pivot that may be 0. Higher ones need regular matrices.
 *
 * @param a f32 [..., n, n]
 * @returns [...]
 * @throws ShapeError unless the matrices are square; DTypeError, DisposedError
 * @example
 * ```ts
 * import { det, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(det(tensor([[1, 2], [3, 4]])).item()); // -2
 * ```
 */
export function det(a: Tensor): Tensor {
  return applyOne(detOp, [checkSquare('det', a)], undefined);
}
