import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { pointwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const roundOp = pointwise<[]>('round', kernels.roundMap, 'nonDifferentiable');

/**
 * The nearest whole number, halves to the even one (NumPy). Its derivative is 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, round, tensor } from 'wasmgrad';
 * await init();
 * console.log(round(tensor([0.5, 1.5, -2.6])).toArray()); // [0, 2, -3]
 * ```
 */
export function round(x: Operand): Tensor {
  return unary(roundOp, x);
}
