import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { sign } from './sign.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const absOp: Op<[]> = elementwise('abs', kernels.absMap, (direction, x) => mul(direction, sign(x)));

/**
 * |x|. Its derivative is sign(x), 0 at 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { abs, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(abs(tensor([-3, 2])).toArray()); // [3, 2]
 * ```
 */
export function abs(x: Operand): Tensor {
  return unary(absOp, x);
}
