import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const log2Op: Op<[]> = elementwise('log2', kernels.log2Map, (direction, x) => div(direction, mul(x, Math.LN2)));

/**
 * The logarithm to base 2, exact for powers of 2; -Infinity at 0, NaN below. Its derivative is 1 / (x log 2).
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, log2, tensor } from 'wasmgrad';
 * await init();
 * console.log(log2(tensor([8, 0.5])).toArray()); // [3, -1]
 * ```
 */
export function log2(x: Operand): Tensor {
  return unary(log2Op, x);
}
