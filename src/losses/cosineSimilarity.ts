import { knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { rsqrt } from '../ops/rsqrt.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkLossReduction, type LossOptions, type NamedLoss } from './loss.js';
import { lossOfTerms, type Terms } from './lossOfTerms.js';

/** Smallest square of a length that vectors are divided by, so that a vector of zeros has a finite gradient. */
const LEAST = 1e-12;

/** The factor that makes rows vectors of length 1. */
function inverseLength(x: Tensor): Tensor {
  return rsqrt(add(relu(sub(sum(mul(x, x), { axis: -1 }), LEAST)), LEAST));
}

/**
 * Negative cosine of the angle between prediction and target along the last axis, as Keras' loss of this name: -1 for
 * the same direction, 1 for the opposite, 0 for a vector of zeros. Mean over rows, or `'sum'`.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError and DTypeError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { cosineSimilarity } from 'wasmgrad/losses';
 * await init();
 * const loss = cosineSimilarity();
 * console.log(loss(tensor([[1, 0]]), tensor([[1, 1]])).item()); // -cos(45 degrees) = -0.7071
 * ```
 */
export function cosineSimilarity(options: LossOptions = {}): NamedLoss {
  const where = 'cosineSimilarity';
  const reduction = checkLossReduction(where, knownOptions(where, options, ['reduction']));
  const terms: Terms = (p, t) => mul(mul(sum(mul(p, t), { axis: -1 }), mul(inverseLength(p), inverseLength(t))), -1);
  return lossOfTerms(where, { reduction }, terms, undefined, undefined, true);
}
