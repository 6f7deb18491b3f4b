import { applyOne, lateRules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { diagonal, pointwise, unary } from './support/elementwise.js';
import { fusedGradient, gradientRules } from './support/fusedGradient.js';
import type { Operand } from './support/operands.js';

const tanhGradientOp = fusedGradient('tanhGradient', kernels.tanhGradient);

export const tanhGradientRules = gradientRules(tanhGradientOp, (direction, y) => mul(direction, mul(y, -2)));

/** direction * (1 - y^2), from the output y of `tanh`. */
export function tanhGradient(direction: Tensor, y: Tensor): Tensor {
  return applyOne(tanhGradientOp, [direction, y], []);
}

const tanhOp = pointwise('tanh', kernels.tanhMap);

export const tanhRules = lateRules(
  tanhOp,
  diagonal((direction, _, y) => tanhGradient(direction, y), 'y'),
);

/**
 * The hyperbolic tangent.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, tanh, tensor } from 'wasmgrad';
 * await init();
 * console.log(tanh(tensor([0, 20])).toArray()); // [0, 1]
 * ```
 */
export function tanh(x: Operand): Tensor {
  return unary(tanhOp, x);
}
