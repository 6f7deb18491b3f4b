import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { extremum, share } from './support/extremum.js';
import { binary } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const minimumOp = extremum('minimum', { f32: kernels.minimumBroadcast, i32: kernels.minimumI32 }, (a, b) => [
  share(b, a),
  share(a, b),
]);

/**
 * The smaller of a and b, broadcast; NaN when either is NaN. Where they are equal, each gets half of the
 * gradient (as JAX).
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, minimum, tensor } from 'wasmgrad';
 * await init();
 * console.log(minimum(tensor([1, 2, 3]), 2).toArray()); // [1, 2, 2]
 * ```
 */
export function minimum<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary<D, D>(minimumOp, a, b);
}
