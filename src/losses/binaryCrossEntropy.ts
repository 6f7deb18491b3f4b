import { flag, knownOptions } from '../core/checks.js';
import { mul } from '../ops/mul.js';
import { logProbability } from '../ops/logProbability.js';
import { sigmoidCrossEntropy } from '../ops/sigmoidCrossEntropy.js';
import { sub } from '../ops/sub.js';
import type { Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { checkLossReduction, named, type LabelLoss, type LossOptions, type NamedLoss } from './loss.js';
import { checkPair, scaleOf, total } from './terms.js';

export interface CrossEntropyOptions extends LossOptions {
  /** Whether predictions are logits, before sigmoid or softmax. Default false: probabilities. */
  readonly fromLogits?: boolean | undefined;
}

/** sum (t - 1) log(1 - p) - t log p, with logarithms bounded below by that of the smallest normal float. */
function ofProbabilities(p: Tensor, t: Tensor, scale: number): Tensor {
  return total(sub(mul(sub(t, 1), logProbability(sub(1, p))), mul(t, logProbability(p))), scale);
}

/**
 * Binary cross-entropy `-t log p - (1 - t) log(1 - p)`, the negative log-likelihood of Bernoulli targets: mean over all elements,
 * or `'sum'`. With `fromLogits`, p = sigmoid(prediction) in one stable pass with gradient (p - t) / size.
 *
 * With probabilities, log x is log max(x, 2^-126), at least -87.3, with derivative 0 below 2^-126: loss and gradient
 * are finite for p = 0 and 1. For a model that ends in sigmoid, training automatically uses the logits.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { binaryCrossEntropy } from 'wasmgrad/losses';
 * await init();
 * const loss = binaryCrossEntropy({ fromLogits: true });
 * console.log(loss(tensor([[0], [-200]]), tensor([[1], [0]])).item()); // log(2) / 2 = 0.3466
 * ```
 */
export function binaryCrossEntropy(options: CrossEntropyOptions = {}): NamedLoss {
  const where = 'binaryCrossEntropy';
  const reduction = checkLossReduction(where, knownOptions(where, options, ['reduction', 'fromLogits']));
  const fromLogits = flag(where, 'fromLogits', options.fromLogits ?? false);
  const ofLogits = fromLogits
    ? undefined
    : { activation: 'sigmoid', loss: binaryCrossEntropy({ reduction, fromLogits: true }) };
  const loss: LabelLoss = (...pair) => {
    const [prediction, target] = checkPair(where, ...pair);
    const scale = scaleOf(reduction, prediction.size);
    return fromLogits
      ? sigmoidCrossEntropy(prediction, target, scale)
      : tidy(() => ofProbabilities(prediction, target, scale));
  };
  return named(where, { reduction, fromLogits }, loss, ofLogits);
}
