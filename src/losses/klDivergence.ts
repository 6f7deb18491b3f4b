import { flag, knownOptions } from '../core/checks.js';
import { logProbability } from '../ops/logProbability.js';
import { mul } from '../ops/mul.js';
import { logSoftmaxLast } from '../ops/softmax.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';

export interface KlDivergenceOptions extends LossOptions {
  /** Whether predictions are logits, before softmax. Default false: probabilities. */
  readonly fromLogits?: boolean | undefined;
}

/**
 * Kullback-Leibler divergence `sum_k t_k (log t_k - log p_k)` of rows of probabilities: mean over rows (PyTorch's
 * `batchmean`), or `'sum'`. With `fromLogits`, p = softmax(prediction). Elsewhere log x is log max(x, 2^-126), so that
 * terms with t = 0 are 0. For a model that ends in softmax, training automatically uses the logits.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { klDivergence } from 'wasmgrad/losses';
 * await init();
 * const loss = klDivergence();
 * console.log(loss(tensor([[0.5, 0.5]]), tensor([[1, 0]])).item()); // log(2) = 0.6931
 * ```
 */
export function klDivergence(options: KlDivergenceOptions = {}): NamedLoss {
  const where = 'klDivergence';
  const reduction = checkLossReduction(where, knownOptions(where, options, ['reduction', 'fromLogits']));
  const fromLogits = flag(where, 'fromLogits', options.fromLogits ?? false);
  const log = fromLogits ? logSoftmaxLast : logProbability;
  const fused = fromLogits ? undefined : { activation: 'softmax', loss: klDivergence({ reduction, fromLogits: true }) };
  const terms: Terms = (p, t) => sum(mul(t, sub(logProbability(t), log(p))), { axis: -1 });
  return lossOfTerms(where, { reduction, fromLogits }, terms, undefined, fused, true);
}
