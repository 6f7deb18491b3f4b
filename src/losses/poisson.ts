import { flag, knownOptions } from '../core/checks.js';
import { exp } from '../ops/exp.js';
import { logProbability } from '../ops/logProbability.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';

export interface PoissonOptions extends LossOptions {
  /** Whether predictions are logarithms of rates. Default false: rates > 0. */
  readonly logInput?: boolean | undefined;
}

/**
 * Negative log-likelihood of counts t under Poisson distributions, without its constant: `p - t log p` for rates p, or
 * `exp(p) - t p` with `logInput`; mean over all elements, or `'sum'`. log p is log max(p, 2^-126).
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { poisson } from 'wasmgrad/losses';
 * await init();
 * const loss = poisson();
 * console.log(loss(tensor([[1], [2]]), tensor([[3], [0]])).item()); // 1.5
 * ```
 */
export function poisson(options: PoissonOptions = {}): NamedLoss {
  const reduction = checkLossReduction('poisson', knownOptions('poisson', options, ['reduction', 'logInput']));
  const logInput = flag('poisson', 'logInput', options.logInput ?? false);
  const terms: Terms = (p, t) => (logInput ? sub(exp(p), mul(t, p)) : sub(p, mul(t, logProbability(p))));
  return lossOfTerms('poisson', { reduction, logInput }, terms, undefined, undefined, true);
}
