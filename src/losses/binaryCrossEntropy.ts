import { finiteNumber, flag, knownOptions, numberList } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { viewAs } from '../autodiff/linear.js';
import { add } from '../ops/add.js';
import { div } from '../ops/div.js';
import { logProbability } from '../ops/logProbability.js';
import { mul } from '../ops/mul.js';
import { sigmoidCrossEntropy, sigmoidLoss } from '../ops/sigmoidCrossEntropy.js';
import { sub } from '../ops/sub.js';
import type { Operand } from '../ops/support/operands.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import { tensor } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { checkLossReduction, named, type LossOptions, type NamedLoss } from './loss.js';
import { checkPair, scaleOf } from './terms.js';
import { checkWeights, reduced, repeated, sharesOf } from './weighted.js';

export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Whether predictions are logits, before sigmoid. Default false: probabilities. */
  readonly fromLogits?: boolean | undefined;
  /** Factor > 0 of the loss where the target is 1, or one for each column (the last axis). Default 1. */
  readonly positiveWeight?: number | ArrayLike<number> | undefined;
}

const where = 'binaryCrossEntropy';

/** sum (t - 1) log(1 - p) - P t log p, with logarithms bounded below by that of the smallest normal float. */
function termsOf(p: Tensor, t: Tensor, positive: Operand): Tensor {
  const own = mul(t, logProbability(p));
  return sub(mul(sub(t, 1), logProbability(sub(1, p))), positive === 1 ? own : mul(own, positive));
}

/** With W = 1 + (P - 1) t, the loss of target t with positive weight P is W times that of target P t / W. */
function ofLogits(z: Tensor, t: Tensor, positive: Operand, weights: Tensor | undefined, scale: number): Tensor {
  if (positive === 1 && !weights) return sigmoidCrossEntropy(z, t, scale);
  return tidy(() => {
    const factors = positive === 1 ? undefined : add(mul(t, sub(positive, 1)), 1);
    const target = factors ? div(mul(t, positive), factors) : t;
    const each = weights && viewAs(repeated(weights, z.size), z.shape);
    return sigmoidLoss(z, target, each && factors ? mul(each, factors) : (each ?? factors), scale);
  });
}

function checkPositive(positive: number | ArrayLike<number>): number | readonly number[] {
  const check = (value: number): number => finiteNumber(where, 'positiveWeight', value, { above: 0 });
  return typeof positive === 'object'
    ? Array.from(numberList(where, 'positiveWeight', positive), check)
    : check(positive);
}

/**
 * Binary cross-entropy `-t log p - (1 - t) log(1 - p)`, the negative log-likelihood of Bernoulli targets: mean over all elements,
 * or `'sum'`. With `fromLogits`, p = sigmoid(prediction) in one stable pass with gradient (p - t) / size.
 *
 * With probabilities, log x is log max(x, 2^-126), at least -87.3, with derivative 0 below 2^-126: loss and gradient
 * are finite for p = 0 and 1. For a model that ends in sigmoid, training automatically uses the logits.
 *
 * `positiveWeight` P makes it `-P t log p - (1 - t) log(1 - p)`, PyTorch's `pos_weight`, still divided by the number of
 * elements: against a rare class 1, or with a number per column for labels of different rarity.
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
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): NamedLoss {
  const reduction = checkLossReduction(
    where,
    knownOptions(where, options, ['reduction', 'fromLogits', 'positiveWeight']),
  );
  const fromLogits = flag(where, 'fromLogits', options.fromLogits ?? false);
  const positiveWeight = checkPositive(options.positiveWeight ?? 1);
  const config = { reduction, fromLogits, ...(options.positiveWeight !== undefined && { positiveWeight }) };
  const fused = fromLogits
    ? undefined
    : { activation: 'sigmoid', loss: binaryCrossEntropy({ ...config, fromLogits: true }) };
  prepare(kernels.sigmoidCrossEntropy);
  return named(
    where,
    config,
    (prediction, target, weights) => {
      const [p, t] = checkPair(where, prediction, target);
      if (typeof positiveWeight === 'object' && positiveWeight.length !== p.shape.at(-1))
        refuse(ShapeError, where, `prediction [..., ${positiveWeight.length}] as positiveWeight`, p.shape);
      return tidy(() => {
        const positive = typeof positiveWeight === 'object' ? tensor(positiveWeight) : positiveWeight;
        if (!fromLogits) return reduced(where, termsOf(p, t, positive), weights, { reduction });
        if (weights === undefined) return ofLogits(p, t, positive, weights, scaleOf(reduction, p.size));
        const shares = sharesOf(checkWeights(where, weights, p.shape), reduction);
        return ofLogits(p, t, positive, shares, reduction === 'mean' ? weights.size / p.size : 1);
      });
    },
    fused,
  );
}
