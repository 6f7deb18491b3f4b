import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { div } from './div.js';
import { elementwise } from './support/constructors.js';
import { withOperand, type Operand } from './support/operands.js';

const logOp: Op<undefined> = elementwise({
  name: 'log',
  run: (x, y, n) => call(kernels.logMap, x, y, 0, n),
  derivative: (direction, x) => div(direction, x),
});

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
  return withOperand('log', x, (operand) => applyOne(logOp, [operand], undefined));
}
