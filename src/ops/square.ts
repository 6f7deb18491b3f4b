import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise } from './support/constructors.js';
import { withOperand, type Operand } from './support/operands.js';

const squareOp: Op<undefined> = elementwise({
  name: 'square',
  run: (x, y, n) => call(kernels.squareMap, x, y, 0, n),
  derivative: (direction, x) => mul(mul(direction, x), 2),
});

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
  return withOperand('square', x, (operand) => applyOne(squareOp, [operand], undefined));
}
