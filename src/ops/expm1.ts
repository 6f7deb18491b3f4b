import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const expm1Op: Op<[]> = elementwise(
  'expm1',
  kernels.expm1Map,
  (direction, x) => mul(direction, exp(x)) /* not y + 1, which cancels for x far below 0 */,
);

/**
 * e^x - 1, accurate for small x too.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { expm1, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(expm1(tensor([0, -Infinity])).toArray()); // [0, -1]
 * ```
 */
export function expm1(x: Operand): Tensor {
  return unary(expm1Op, x);
}
