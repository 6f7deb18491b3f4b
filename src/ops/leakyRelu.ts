import { finiteNumber } from '../core/checks.js';
import { applyOne, lateRules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { diagonal, pointwise, unary } from './support/elementwise.js';
import { fusedGradient, gradientRules } from './support/fusedGradient.js';
import type { Operand } from './support/operands.js';

const leakyReluGradientOp = fusedGradient('leakyReluGradient', kernels.leakyReluGradient);

export const leakyReluGradientRules = gradientRules(leakyReluGradientOp);

/**
 * direction where v > 0, else slope * direction; v is the input of `leakyRelu`, or its output when slope >= 0.
 */
export function leakyReluGradient(direction: Tensor, v: Tensor, slope: number): Tensor {
  return applyOne(leakyReluGradientOp, [direction, v], [slope]);
}

const leakyReluOp = pointwise('leakyRelu', kernels.leakyReluMap);

export const leakyReluRules = lateRules(
  leakyReluOp,
  diagonal((direction, x, _, slope) => leakyReluGradient(direction, x, slope)),
);

/**
 * x where x > 0, else slope * x. Its derivative at 0 is the slope.
 *
 * @param slope default 0.2, as Keras
 * @throws DTypeError, DisposedError, TypeError or RangeError for the slope
 * @example
 * ```ts
 * import { init, leakyRelu, tensor } from 'wasmgrad';
 * await init();
 * console.log(leakyRelu(tensor([-2, 2]), 0.5).toArray()); // [-1, 2]
 * ```
 */
export function leakyRelu(x: Operand, slope = 0.2): Tensor {
  finiteNumber('leakyRelu', 'slope', slope);
  return unary(leakyReluOp, x, slope);
}
