import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { square } from './square.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const atanOp: Op<[]> = elementwise('atan', kernels.atanMap, (direction, x) => div(direction, add(square(x), 1)));

/**
 * The angle in [-pi/2, pi/2] whose tangent is x. Its derivative is 1 / (1 + x^2).
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { atan, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(atan(tensor([0, Infinity])).toArray()); // [0, 1.5707963705062866]
 * ```
 */
export function atan(x: Operand): Tensor {
  return unary(atanOp, x);
}
