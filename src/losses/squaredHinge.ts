import { knownOptions } from '../core/checks.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { square } from '../ops/square.js';
import { sub } from '../ops/sub.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';
import { signsOf } from './signs.js';

/**
 * Squared hinge loss `max(0, 1 - t p)^2` of labels t = -1 or 1 (0 counts as -1) and scores p: mean over all elements, or
 * `'sum'`.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError,
 *   and RangeError for other labels
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { squaredHinge } from 'wasmgrad/losses';
 * await init();
 * const loss = squaredHinge();
 * console.log(loss(tensor([[0.5], [-2]]), tensor([[1], [-1]])).item()); // 0.125
 * ```
 */
export function squaredHinge(options: LossOptions = {}): NamedLoss {
  const reduction = checkLossReduction('squaredHinge', knownOptions('squaredHinge', options, ['reduction']));
  const terms: Terms = (p, t) => square(relu(sub(1, mul(signsOf('squaredHinge', t), p))));
  return lossOfTerms('squaredHinge', { reduction }, terms, undefined, undefined, true);
}
