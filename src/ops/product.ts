// The product of two matrices, followed by bias and activation: activation(op(A) op(B) + bias).
import { addMaybe } from '../autodiff/linear.js';
import { applyOne, type Op, type Rules } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { expandTo, sumTo } from './broadcast.js';
import { nth, only } from './support/arguments.js';
import { fusedArguments, throughActivation, type FusedActivation } from './support/fusedActivation.js';
import { callGemm, productSizes, type TransposeFlags } from './support/gemm.js';

export interface Product extends TransposeFlags, FusedActivation {}

/** An operation on two matrices whose sizes fit and an optional bias [n]. */
export function productOp(name: string, rules: Op<Product>['rules']): Op<Product> {
  return {
    name,
    infer: (inputs, flags) => {
      const { m, n } = productSizes(nth(inputs, 0).shape, nth(inputs, 1).shape, flags);
      return [{ shape: [m, n], dtype: 'f32' }];
    },
    forward: (inputs, outputs, product) => {
      const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
      const sizes = productSizes(a.shape, b.shape, product);
      const bias = inputs[2]?.pointer() ?? 0;
      const epilogue = { bias, ...fusedArguments(product) };
      callGemm(a.pointer(), b.pointer(), only(outputs).pointer(), sizes, product, epilogue);
    },
    rules,
  };
}

/** With C = op(A) op(B): dA = dC op(B)^T and dB = op(A)^T dC, or their transposes. Only flags change. */
export const productRules: Rules<Product> = {
  vjp: ({ inputs, outputs, attributes, needs }, [cotangent]) => {
    if (!cotangent) return [];
    const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
    const { transposeA, transposeB } = attributes;
    const dc = throughActivation(cotangent, only(outputs), attributes);
    const toA = () => (transposeA ? multiply(b, dc, transposeB, true) : multiply(dc, b, false, !transposeB));
    const toB = () => (transposeB ? multiply(dc, a, true, transposeA) : multiply(a, dc, !transposeA, false));
    return [
      needs[0] ? toA() : undefined,
      needs[1] ? toB() : undefined,
      needs[2] ? sumTo(dc, dc.shape.slice(1)) : undefined,
    ];
  },
  jvp: ({ inputs, outputs, attributes }, [da, db, dBias]) => {
    const [a, b, c] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
    const { transposeA, transposeB } = attributes;
    const byA = da && multiply(da, b, transposeA, transposeB);
    const byB = db && multiply(a, db, transposeA, transposeB);
    const dc = addMaybe(addMaybe(byA, byB), dBias && expandTo(dBias, c.shape));
    return [dc && throughActivation(dc, c, attributes)];
  },
  saves: { inputs: true, outputs: true },
};

const multiplyOp = productOp('matmul', { ...productRules, saves: { inputs: true } });

/** op(A) op(B) of matrices whose sizes fit. */
export function multiply(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return applyOne(multiplyOp, [a, b], { transposeA, transposeB, activation: 'linear', slope: 0 });
}
