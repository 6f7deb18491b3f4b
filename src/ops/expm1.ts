import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { elementwise } from './support/constructors.js';
import { withOperand, type Operand } from './support/operands.js';

const expm1Op: Op<undefined> = elementwise({
  name: 'expm1',
  run: (x, y, n) => call(kernels.expm1Map, x, y, 0, n),
  derivative: (direction, x) => mul(direction, exp(x)) /* not y + 1, which cancels for x far below 0 */,
});

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
  return withOperand('expm1', x, (operand) => applyOne(expm1Op, [operand], undefined));
}
