import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { comparison } from './support/comparing.js';
import { binary } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const greaterEqualOp = comparison('greaterEqual', { f32: kernels.greaterEqualBroadcast, i32: kernels.greaterEqualI32 });

/**
 * 1 where a >= b, else 0, as f32; broadcast. Comparisons with NaN give 0. Its derivative is 0.
 *
 * @throws ShapeError, DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { greaterEqual, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(greaterEqual(tensor([1, 2, 3]), 2).toArray()); // [0, 1, 1]
 * ```
 */
export function greaterEqual<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor {
  return binary(greaterEqualOp, a, b);
}
