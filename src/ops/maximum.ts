import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { extremum, share } from './support/extremum.js';
import { binary } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const maximumOp = extremum('maximum', { f32: kernels.maximumBroadcast, i32: kernels.maximumI32 }, (a, b) => [
  share(a, b),
  share(b, a),
]);

/**
 * The larger of a and b, broadcast; NaN when either is NaN. Where they are equal, each gets half of the
 * gradient (as JAX).
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, maximum, tensor } from 'wasmgrad';
 * await init();
 * console.log(maximum(tensor([1, 2, 3]), 2).toArray()); // [2, 2, 3]
 * ```
 */
export function maximum<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary<D, D>(maximumOp, a, b);
}
