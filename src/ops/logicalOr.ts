import type { DType, Tensor } from '../tensors/tensor.js';
import { maximum } from './maximum.js';
import { connective } from './support/logical.js';
import type { Operand } from './support/operands.js';

/**
 * 1 where a or b is not 0, else 0, as f32; broadcast. NaN counts as not 0 (NumPy). Its derivative is 0.
 *
 * @param a f32 or i32
 * @param b f32 or i32
 * @throws ShapeError, DisposedError
 * @example
 * ```ts
 * import { init, logicalOr, tensor } from 'wasmgrad';
 * await init();
 * console.log(logicalOr(tensor([1, 2, 0]), tensor([3, 0, 0])).toArray()); // [1, 1, 0]
 * ```
 */
export function logicalOr(a: Operand<DType>, b: Operand<DType>): Tensor {
  return connective('logicalOr', a, b, maximum);
}
