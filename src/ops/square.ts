import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const squareOp: Op<[]> = elementwise('square', kernels.squareMap, (direction, x) => mul(mul(direction, x), 2));

/**
 * x^2.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, square, tensor } from 'wasmgrad';
 * await init();
 * console.log(square(tensor([1, -2])).toArray()); // [1, 4]
 * ```
 */
export function square(x: Operand): Tensor {
  return unary(squareOp, x);
}
