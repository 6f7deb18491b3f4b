import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise } from './support/constructors.js';
import { withOperand, type Operand } from './support/operands.js';

const expOp: Op<undefined> = elementwise({
  name: 'exp',
  run: (x, y, n) => call(kernels.expMap, x, y, 0, n),
  derivative: (direction, _, y) => mul(direction, y),
  reads: 'y',
});

/**
 * e^x, to 1 ULP over the whole range of f32.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { exp, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(exp(tensor([0, -Infinity])).toArray()); // [1, 0]
 * ```
 */
export function exp(x: Operand): Tensor {
  return withOperand('exp', x, (operand) => applyOne(expOp, [operand], undefined));
}
