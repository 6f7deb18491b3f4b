import { finiteNumber } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { eluDerivative } from './elu.js';
import { mul } from './mul.js';
import { parametric } from './support/activation.js';
import { diagonal, tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    celu: [alpha: number, rate: number];
  }
}

/** Left of 0 the derivative is e^(x / alpha), that of `elu` with alpha 1 at x / alpha. */
export const celuRules = diagonal<[alpha: number, rate: number]>((direction, x, _, __, rate) =>
  eluDerivative.along(direction, mul(x, rate), 1),
);

const celuOp = tabled('celu', kernels.eluMap);

/**
 * x where x > 0, else alpha (e^(x / alpha) - 1): an `elu` whose derivative is 1 at 0 (Barron 2017).
 *
 * @param alpha finite number > 0, default 1
 * @throws DTypeError, DisposedError, TypeError or RangeError for alpha
 * @example
 * ```ts
 * import { celu, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(celu(tensor([-Infinity, 2]), 0.5).toArray()); // [-0.5, 2]
 * ```
 */
export function celu(x: Operand, alpha = 1): Tensor {
  checkAlpha('celu', 'alpha', alpha);
  return unary(celuOp, x, alpha, 1 / alpha);
}

function checkAlpha(where: string, what: string, value: unknown): number {
  return finiteNumber(where, what, value, { above: 0 });
}

export const celuActivation = parametric(celu, 'alpha', 1, checkAlpha);
