import { knownOptions } from '../core/checks.js';
import { abs } from '../ops/abs.js';
import { sub } from '../ops/sub.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms } from './lossOfTerms.js';

/**
 * Mean absolute error: the mean over all elements of |prediction - target|; `'sum'` adds them. The gradient at 0 is 0.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { meanAbsoluteError } from 'wasmgrad/losses';
 * await init();
 * const loss = meanAbsoluteError();
 * console.log(loss(tensor([[1], [3]]), tensor([[0], [1]])).item()); // 1.5
 * ```
 */
export function meanAbsoluteError(options: LossOptions = {}): NamedLoss {
  const reduction = checkLossReduction('meanAbsoluteError', knownOptions('meanAbsoluteError', options, ['reduction']));
  return lossOfTerms('meanAbsoluteError', { reduction }, (p, t) => abs(sub(p, t)));
}
