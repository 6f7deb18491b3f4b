import { applyOne, lateRules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { diagonal, pointwise, unary } from './support/elementwise.js';
import { fusedGradient, gradientRules } from './support/fusedGradient.js';
import type { Operand } from './support/operands.js';

const reluGradientOp = fusedGradient('reluGradient', kernels.reluGradient);

export const reluGradientRules = gradientRules(reluGradientOp);

/** direction where v > 0, else 0; v may be the input of `relu` or its output. */
export function reluGradient(direction: Tensor, v: Tensor): Tensor {
  return applyOne(reluGradientOp, [direction, v], []);
}

const reluOp = pointwise('relu', kernels.reluMap);

export const reluRules = lateRules(
  reluOp,
  diagonal((direction, _, y) => reluGradient(direction, y), 'y'),
);

/**
 * max(x, 0); NaN stays NaN. Its derivative is 0 at 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, relu, tensor } from 'wasmgrad';
 * await init();
 * console.log(relu(tensor([-1, 2])).toArray()); // [0, 2]
 * ```
 */
export function relu(x: Operand): Tensor {
  return unary(reluOp, x);
}
