import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { div } from './div.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const logOp: Op<[]> = elementwise('log', kernels.logMap, (direction, x) => div(direction, x));

/**
 * The natural logarithm, to 1 ULP; -Infinity at 0, NaN below.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, log, tensor } from 'wasmgrad';
 * await init();
 * console.log(log(tensor([1, 0])).toArray()); // [0, -Infinity]
 * ```
 */
export function log(x: Operand): Tensor {
  return unary(logOp, x);
}
