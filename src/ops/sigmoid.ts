import { applyOne, lateRules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { diagonal, pointwise, unary } from './support/elementwise.js';
import { fusedGradient, gradientRules } from './support/fusedGradient.js';
import type { Operand } from './support/operands.js';

const sigmoidGradientOp = fusedGradient('sigmoidGradient', kernels.sigmoidGradient);

export const sigmoidGradientRules = gradientRules(sigmoidGradientOp, (direction, y) =>
  mul(direction, sub(1, mul(y, 2))),
);

/** direction * y (1 - y), from the output y of `sigmoid`. */
export function sigmoidGradient(direction: Tensor, y: Tensor): Tensor {
  return applyOne(sigmoidGradientOp, [direction, y], []);
}

const sigmoidOp = pointwise('sigmoid', kernels.sigmoidMap);

export const sigmoidRules = lateRules(
  sigmoidOp,
  diagonal((direction, _, y) => sigmoidGradient(direction, y), 'y'),
);

/**
 * The logistic function 1 / (1 + e^-x), stable for any x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sigmoid, tensor } from 'wasmgrad';
 * await init();
 * console.log(sigmoid(tensor([0, 200])).toArray()); // [0.5, 1]
 * ```
 */
export function sigmoid(x: Operand): Tensor {
  return unary(sigmoidOp, x);
}
