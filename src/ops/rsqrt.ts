import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const rsqrtOp: Op<[]> = elementwise(
  'rsqrt',
  kernels.rsqrtMap,
  (direction, x, y) => div(mul(direction, y), mul(x, -2)),
  'xy',
);

/**
 * 1 / sqrt(x); Infinity at 0, NaN below. Its derivative is -1 / (2 x sqrt(x)).
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, rsqrt, tensor } from 'wasmgrad';
 * await init();
 * console.log(rsqrt(tensor([4, 16])).toArray()); // [0.5, 0.25]
 * ```
 */
export function rsqrt(x: Operand): Tensor {
  return unary(rsqrtOp, x);
}
