import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { elementwise } from './support/constructors.js';
import { withOperand, type Operand } from './support/operands.js';

const negOp: Op<undefined> = elementwise({
  name: 'neg',
  run: (x, y, n) => call(kernels.negMap, x, y, 0, n),
  derivative: (direction) => neg(direction),
  reads: 'none',
});

/**
 * -x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, neg, tensor } from 'wasmgrad';
 * await init();
 * console.log(neg(tensor([1, -2])).toArray()); // [-1, 2]
 * ```
 */
export function neg(x: Operand): Tensor {
  return withOperand('neg', x, (operand) => applyOne(negOp, [operand], undefined));
}
