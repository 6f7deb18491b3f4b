import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { sigmoid, sigmoidGradient } from './sigmoid.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';
import { withOperand, type Operand } from './support/operands.js';

const softplusGradientOp: Op<undefined> = fusedGradient({
  name: 'softplusGradient',
  run: (direction, x, result, n) => call(kernels.softplusGradient, direction, x, result, 0, n),
  curvature: (direction, x) => sigmoidGradient(direction, sigmoid(x)),
});

/** direction * sigmoid(x). */
export function softplusGradient(direction: Tensor, x: Tensor): Tensor {
  return applyOne(softplusGradientOp, [direction, x], undefined);
}

const softplusOp: Op<undefined> = elementwise({
  name: 'softplus',
  run: (x, y, n) => call(kernels.softplusMap, x, y, 0, n),
  derivative: (direction, x) => softplusGradient(direction, x),
});

/**
 * log(1 + e^x), stable for any x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, softplus, tensor } from 'wasmgrad';
 * await init();
 * console.log(softplus(tensor([-200, 200])).toArray()); // [0, 200]
 * ```
 */
export function softplus(x: Operand): Tensor {
  return withOperand('softplus', x, (operand) => applyOne(softplusOp, [operand], undefined));
}
