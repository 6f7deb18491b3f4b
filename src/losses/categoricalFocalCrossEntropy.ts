import { exp } from '../ops/exp.js';
import { logProbability } from '../ops/logProbability.js';
import { mul } from '../ops/mul.js';
import { logSoftmaxLast } from '../ops/softmax.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { focalOptions, type FocalOptions } from './binaryFocalCrossEntropy.js';
import type { NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';

/**
 * Focal loss of one-hot rows, as in Keras: `-alpha sum_k t_k (1 - p_k)^gamma log p_k`, mean over rows, or `'sum'`. With
 * `fromLogits`, p = softmax(prediction). With probabilities, log x is log max(x, 2^-126). For a model that ends in
 * softmax, training automatically uses the logits.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { categoricalFocalCrossEntropy } from 'wasmgrad/losses';
 * await init();
 * const loss = categoricalFocalCrossEntropy();
 * console.log(loss(tensor([[0.5, 0.5]]), tensor([[1, 0]])).item()); // 0.25 * 0.5 ** 2 * log(2) = 0.0433
 * ```
 */
export function categoricalFocalCrossEntropy(options: FocalOptions = {}): NamedLoss {
  const where = 'categoricalFocalCrossEntropy';
  const config = focalOptions(where, options);
  const { alpha, gamma, fromLogits } = config;
  const terms: Terms = (p, t) => {
    const log = fromLogits ? logSoftmaxLast(p) : logProbability(p);
    const easy = exp(mul(logProbability(sub(1, fromLogits ? exp(log) : p)), gamma));
    return sum(mul(mul(mul(t, -alpha), easy), log), { axis: -1 });
  };
  const fused = fromLogits
    ? undefined
    : { activation: 'softmax', loss: categoricalFocalCrossEntropy({ ...config, fromLogits: true }) };
  return lossOfTerms(where, config, terms, undefined, fused, true);
}
