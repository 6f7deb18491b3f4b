import type { DType, Tensor } from '../tensors/tensor.js';
import { equal } from './equal.js';
import { only } from './support/arguments.js';
import { withOperands, type Operand } from './support/operands.js';

/**
 * 1 where x is 0, else 0, as f32. NaN counts as not 0 (NumPy). Its derivative is 0.
 *
 * @param x f32 or i32
 * @throws DisposedError
 * @example
 * ```ts
 * import { init, logicalNot, tensor } from 'wasmgrad';
 * await init();
 * console.log(logicalNot(tensor([0, 2])).toArray()); // [1, 0]
 * ```
 */
export function logicalNot(x: Operand<DType>): Tensor {
  return withOperands<DType, Tensor>('logicalNot', [x], (operands) => equal(only(operands), 0));
}
