import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { comparison } from './support/comparing.js';
import { binary } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const greaterOp = comparison('greater', { f32: kernels.greaterBroadcast, i32: kernels.greaterI32 });

/**
 * 1 where a > b, else 0, as f32; broadcast. Comparisons with NaN give 0. Its derivative is 0.
 *
 * @throws ShapeError, DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { greater, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(greater(tensor([1, 2, 3]), 2).toArray()); // [0, 0, 1]
 * ```
 */
export function greater<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor {
  return binary(greaterOp, a, b);
}
