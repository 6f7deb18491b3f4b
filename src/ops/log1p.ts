import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { elementwise } from './support/constructors.js';
import { withOperand, type Operand } from './support/operands.js';

const log1pOp: Op<undefined> = elementwise({
  name: 'log1p',
  run: (x, y, n) => call(kernels.log1pMap, x, y, 0, n),
  derivative: (direction, x) => div(direction, add(x, 1)),
});

/**
 * log(1 + x), accurate for small x too.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, log1p, tensor } from 'wasmgrad';
 * await init();
 * console.log(log1p(tensor([0, -1])).toArray()); // [0, -Infinity]
 * ```
 */
export function log1p(x: Operand): Tensor {
  return withOperand('log1p', x, (operand) => applyOne(log1pOp, [operand], undefined));
}
