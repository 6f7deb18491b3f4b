import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const exp2Op: Op<[]> = elementwise('exp2', kernels.exp2Map, (direction, _, y) => mul(direction, mul(y, Math.LN2)), 'y');

/**
 * 2^x, exact for whole x. Its derivative is 2^x log 2.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { exp2, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(exp2(tensor([3, -1])).toArray()); // [8, 0.5]
 * ```
 */
export function exp2(x: Operand): Tensor {
  return unary(exp2Op, x);
}
