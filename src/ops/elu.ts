import { finiteNumber } from '../core/checks.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { greater } from './greater.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';
import { withOperand, type Operand } from './support/operands.js';
import { where } from './where.js';

const eluGradientOp: Op<number> = fusedGradient({
  name: 'eluGradient',
  run: (direction, x, result, n, alpha) => call(kernels.eluGradient, direction, x, result, alpha, 0, n),
  // Left of 0 every derivative is alpha e^x; right of it the second one is 0.
  curvature: (direction, x, alpha) => where(greater(x, 0), 0, eluGradient(direction, x, alpha)),
});

/** direction where x > 0, else direction * alpha * e^x. */
export function eluGradient(direction: Tensor, x: Tensor, alpha: number): Tensor {
  return applyOne(eluGradientOp, [direction, x], alpha);
}

const eluOp: Op<number> = elementwise({
  name: 'elu',
  run: (x, y, n, alpha) => call(kernels.eluMap, x, y, alpha, 0, n),
  derivative: (direction, x, _, alpha) => eluGradient(direction, x, alpha),
});

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
  return withOperand('elu', x, (operand) => applyOne(eluOp, [operand], alpha));
}
