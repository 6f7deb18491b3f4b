import { finiteNumber } from '../core/checks.js';
import { applyOne, lateRules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { reluGradient } from './relu.js';
import { sub } from './sub.js';
import { diagonal, pointwise, unary } from './support/elementwise.js';
import { fusedGradient, gradientRules } from './support/fusedGradient.js';
import type { Operand } from './support/operands.js';

const eluGradientOp = fusedGradient('eluGradient', kernels.eluGradient);

// Left of 0 every derivative is alpha e^x; right of it the second one is 0.
export const eluGradientRules = gradientRules(eluGradientOp, (direction, x, alpha) =>
  sub(eluGradient(direction, x, alpha), reluGradient(direction, x)),
);

/** direction where x > 0, else direction * alpha * e^x. */
export function eluGradient(direction: Tensor, x: Tensor, alpha: number): Tensor {
  return applyOne(eluGradientOp, [direction, x], [alpha]);
}

const eluOp = pointwise('elu', kernels.eluMap);

export const eluRules = lateRules(
  eluOp,
  diagonal((direction, x, _, alpha) => eluGradient(direction, x, alpha)),
);

/**
 * x where x > 0, else alpha (e^x - 1) (Clevert et al. 2016). Its derivative at 0 is alpha.
 *
 * @param alpha default 1
 * @throws DTypeError, DisposedError, TypeError or RangeError for alpha
 * @example
 * ```ts
 * import { elu, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(elu(tensor([-Infinity, 2])).toArray()); // [-1, 2]
 * ```
 */
export function elu(x: Operand, alpha = 1): Tensor {
  finiteNumber('elu', 'alpha', alpha);
  return unary(eluOp, x, alpha);
}
