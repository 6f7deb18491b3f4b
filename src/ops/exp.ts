import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { diagonal, tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    exp: [];
  }
}

export const expRules = diagonal<[]>((direction, _, y) => mul(direction, y), 'y');

const expOp = tabled('exp', kernels.expMap);

/**
 * e^x, to 1 ULP over the whole range of f32.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { exp, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(exp(tensor([0, -Infinity])).toArray()); // [1, 0]
 * ```
 */
export function exp(x: Operand): Tensor {
  return unary(expOp, x);
}
