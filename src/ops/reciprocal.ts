import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { square } from './square.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const reciprocalOp: Op<[]> = elementwise(
  'reciprocal',
  kernels.reciprocalMap,
  (direction, _, y) => neg(mul(direction, square(y))),
  'y',
);

/**
 * 1 / x; infinite at 0. Its derivative is -1 / x^2.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, reciprocal, tensor } from 'wasmgrad';
 * await init();
 * console.log(reciprocal(tensor([2, 4])).toArray()); // [0.5, 0.25]
 * ```
 */
export function reciprocal(x: Operand): Tensor {
  return unary(reciprocalOp, x);
}
