import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const sqrtOp: Op<[]> = elementwise('sqrt', kernels.sqrtMap, (direction, _, y) => div(direction, mul(y, 2)), 'y');

/**
 * The square root; NaN below 0. Its derivative 1 / (2 sqrt(x)) is infinite at 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sqrt, tensor } from 'wasmgrad';
 * await init();
 * console.log(sqrt(tensor([4, 9])).toArray()); // [2, 3]
 * ```
 */
export function sqrt(x: Operand): Tensor {
  return unary(sqrtOp, x);
}
