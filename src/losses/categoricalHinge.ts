import { knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import { max } from '../ops/max.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';

/**
 * Categorical hinge loss, as in Keras: `max(0, 1 + max_k (1 - t_k) p_k - sum_k t_k p_k)` of one-hot rows t and scores p:
 * mean over rows, or `'sum'`.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { categoricalHinge } from 'wasmgrad/losses';
 * await init();
 * const loss = categoricalHinge();
 * console.log(loss(tensor([[0.5, 0.25]]), tensor([[1, 0]])).item()); // 0.75
 * ```
 */
export function categoricalHinge(options: LossOptions = {}): NamedLoss {
  const where = 'categoricalHinge';
  const reduction = checkLossReduction(where, knownOptions(where, options, ['reduction']));
  const terms: Terms = (p, t) => relu(add(sub(max(mul(sub(1, t), p), { axis: -1 }), sum(mul(t, p), { axis: -1 })), 1));
  return lossOfTerms(where, { reduction }, terms, undefined, undefined, true);
}
