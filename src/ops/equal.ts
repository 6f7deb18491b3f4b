import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { comparison } from './support/comparing.js';
import { binary } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const equalOp = comparison('equal', { f32: kernels.equalBroadcast, i32: kernels.equalI32 });

/**
 * 1 where a equals b, else 0, as f32; broadcast. NaN is not equal to anything. The derivative is 0.
 *
 * @throws ShapeError, DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { equal, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(equal(tensor([1, 2, 3]), 2).toArray()); // [0, 1, 0]
 * ```
 */
export function equal<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor {
  return binary(equalOp, a, b);
}
