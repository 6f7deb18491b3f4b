import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import { exp } from '../ops/exp.js';
import { logProbability } from '../ops/logProbability.js';
import { mul } from '../ops/mul.js';
import { softplus } from '../ops/softplus.js';
import { sub } from '../ops/sub.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';

export interface FocalOptions extends LossOptions {
  /** Factor of the loss: for binary targets, of class 1, with 1 - alpha for class 0. 0 to 1, default 0.25. */
  readonly alpha?: number | undefined;
  /** Exponent of the distance to the target, by which easy rows count less. At least 0, default 2. */
  readonly gamma?: number | undefined;
  /** Whether predictions are logits, before sigmoid or softmax. Default false: probabilities. */
  readonly fromLogits?: boolean | undefined;
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** The options of a focal loss with defaults. @throws TypeError, RangeError */
export function focalOptions(where: string, options: FocalOptions): Defined<Required<FocalOptions>> {
  const reduction = checkLossReduction(
    where,
    knownOptions(where, options, ['reduction', 'alpha', 'gamma', 'fromLogits']),
  );
  return {
    reduction,
    alpha: finiteNumber(where, 'alpha', options.alpha ?? 0.25, { min: 0, max: 1 }),
    gamma: finiteNumber(where, 'gamma', options.gamma ?? 2, { min: 0 }),
    fromLogits: flag(where, 'fromLogits', options.fromLogits ?? false),
  };
}

/**
 * Focal loss of binary targets (Lin et al. 2017): `-alpha t (1 - p)^gamma log p - (1 - alpha) (1 - t) p^gamma log(1 - p)`,
 * mean over all elements, or `'sum'`. With `fromLogits`, p = sigmoid(prediction), stable for any logit. With
 * probabilities, log x is log max(x, 2^-126). For a model that ends in sigmoid, training automatically uses the logits.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { binaryFocalCrossEntropy } from 'wasmgrad/losses';
 * await init();
 * const loss = binaryFocalCrossEntropy();
 * console.log(loss(tensor([[0.5]]), tensor([[1]])).item()); // 0.25 * 0.5 ** 2 * log(2) = 0.0433
 * ```
 */
export function binaryFocalCrossEntropy(options: FocalOptions = {}): NamedLoss {
  const where = 'binaryFocalCrossEntropy';
  const config = focalOptions(where, options);
  const { alpha, gamma, fromLogits } = config;
  const minusLog = (p: Tensor): Tensor => mul(logProbability(p), -1);
  const terms: Terms = (p, t) => {
    // -log p and -log(1 - p)
    const [one, zero] = fromLogits ? [softplus(mul(p, -1)), softplus(p)] : [minusLog(p), minusLog(sub(1, p))];
    const ofOne = mul(mul(mul(t, alpha), exp(mul(zero, -gamma))), one);
    return add(ofOne, mul(mul(mul(sub(1, t), 1 - alpha), exp(mul(one, -gamma))), zero));
  };
  const fused = fromLogits
    ? undefined
    : { activation: 'sigmoid', loss: binaryFocalCrossEntropy({ ...config, fromLogits: true }) };
  return lossOfTerms(where, config, terms, undefined, fused, true);
}
