import { finiteNumber } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { reluDerivative } from './relu.js';
import { sub } from './sub.js';
import { defineDerivative, parametric, type ActivationDerivative } from './support/activation.js';
import { diagonal, tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    elu: [alpha: number, rate: number];
  }
}

/** direction where x > 0, else direction * alpha * e^x. */
export const eluDerivative: ActivationDerivative<[alpha: number]> = defineDerivative({
  name: 'elu',
  gradient: kernels.eluGradient,
  reads: 'x',
  // Left of 0 every derivative is alpha e^x; right of it the second one is 0.
  curvature: (direction, x, alpha) => sub(eluDerivative.along(direction, x, alpha), reluDerivative.along(direction, x)),
});

/** Left of 0 the derivative is alpha rate e^(rate x); `elu` has rate 1, `celu` 1 / alpha. */
export const eluRules = diagonal<[alpha: number, rate: number]>((direction, x, _, alpha, rate) =>
  eluDerivative.along(direction, rate === 1 ? x : mul(x, rate), alpha * rate),
);

const eluOp = tabled('elu', kernels.eluMap);

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
  return unary(eluOp, x, alpha, 1);
}

export const eluActivation = parametric(elu, 'alpha', 1, finiteNumber);
