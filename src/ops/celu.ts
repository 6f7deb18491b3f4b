import { finiteNumber } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { parametric } from './support/activation.js';
import { pointwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const celuOp = pointwise<[alpha: number, rate: number]>('celu', kernels.eluMap, (table) => table.elu);

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
