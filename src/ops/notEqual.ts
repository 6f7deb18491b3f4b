import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { comparison } from './support/comparing.js';
import { binary } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const notEqualOp = comparison('notEqual', { f32: kernels.notEqualBroadcast, i32: kernels.notEqualI32 });

/**
 * 1 where a differs from b, else 0, as f32; broadcast. NaN differs from everything. Its derivative is 0.
 *
 * @throws ShapeError, DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { init, notEqual, tensor } from 'wasmgrad';
 * await init();
 * console.log(notEqual(tensor([1, 2, 3]), 2).toArray()); // [1, 0, 1]
 * ```
 */
export function notEqual<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor {
  return binary(notEqualOp, a, b);
}
