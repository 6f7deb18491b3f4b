import { knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { softplus } from '../ops/softplus.js';
import { sub } from '../ops/sub.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';

/**
 * `log cosh(d)` of d = prediction - target: about d^2 / 2 near 0 and |d| - log 2 far away. Mean over all elements, or
 * `'sum'`. Computed as d + softplus(-2 d) - log 2, which never overflows.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { logCosh } from 'wasmgrad/losses';
 * await init();
 * const loss = logCosh();
 * console.log(loss(tensor([[1], [0]]), tensor([[0], [0]])).item()); // log(cosh(1)) / 2 = 0.2169
 * ```
 */
export function logCosh(options: LossOptions = {}): NamedLoss {
  const reduction = checkLossReduction('logCosh', knownOptions('logCosh', options, ['reduction']));
  const terms: Terms = (p, t) => {
    const d = sub(p, t);
    return sub(add(d, softplus(mul(d, -2))), Math.LN2);
  };
  return lossOfTerms('logCosh', { reduction }, terms, undefined, undefined, true);
}
