import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { pointwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const ceilOp = pointwise<[]>('ceil', kernels.ceilMap, 'nonDifferentiable');

/**
 * The smallest whole number not below x. Its derivative is 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { ceil, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(ceil(tensor([1.2, -1.7])).toArray()); // [2, -1]
 * ```
 */
export function ceil(x: Operand): Tensor {
  return unary(ceilOp, x);
}
