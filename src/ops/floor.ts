import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { pointwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const floorOp = pointwise<[]>('floor', kernels.floorMap, 'nonDifferentiable');

/**
 * The largest whole number not above x. Its derivative is 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { floor, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(floor(tensor([1.7, -1.2])).toArray()); // [1, -2]
 * ```
 */
export function floor(x: Operand): Tensor {
  return unary(floorOp, x);
}
