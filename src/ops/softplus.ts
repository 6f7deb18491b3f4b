import { applyOne, lateRules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { sigmoid, sigmoidGradient } from './sigmoid.js';
import { diagonal, pointwise, unary } from './support/elementwise.js';
import { fusedGradient, gradientRules } from './support/fusedGradient.js';
import type { Operand } from './support/operands.js';

const softplusGradientOp = fusedGradient('softplusGradient', kernels.softplusGradient);

export const softplusGradientRules = gradientRules(softplusGradientOp, (direction, x) =>
  sigmoidGradient(direction, sigmoid(x)),
);

/** direction * sigmoid(x). */
export function softplusGradient(direction: Tensor, x: Tensor): Tensor {
  return applyOne(softplusGradientOp, [direction, x], []);
}

const softplusOp = pointwise('softplus', kernels.softplusMap);

export const softplusRules = lateRules(
  softplusOp,
  diagonal((direction, x) => softplusGradient(direction, x)),
);

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
  return unary(softplusOp, x);
}
