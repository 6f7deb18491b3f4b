// Weights of samples, steps or elements. The mean of terms becomes sum(w * term) / sum(w); a sum adds w * term.
import { ShapeError, refuse } from '../core/errors.js';
import { leads, shapeText, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { valuesKnown } from '../autodiff/op.js';
import { add } from '../ops/add.js';
import { expandTo, sumTo } from '../ops/broadcast.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import type { Tensor } from '../tensors/tensor.js';
import type { LossReduction } from './loss.js';
import { scaleOf, total } from './terms.js';

/** Smallest normal float. Added to a sum of weights it changes nothing but a sum of 0, by which nothing must be divided. */
const TINY = 2 ** -126;

/**
 * Checks weights, f32 in the shape of the first axes of `shape`; axes after the first may be one.
 * @throws ShapeError, DTypeError; RangeError for a weight that is negative or not finite
 */
export function checkWeights(where: string, weights: Tensor, shape: Shape): Tensor {
  checkDType(`${where}: weights`, checkTensor(where, weights, 'weights to be a tensor'), 'f32');
  if (!leads(shape, weights.size) || weights.shape[0] !== (weights.shape.length > 0 ? shape[0] : undefined))
    refuse(ShapeError, where, `weights of the first axes of ${shapeText(shape)}`, weights.shape);
  if (valuesKnown())
    for (const weight of weights.data())
      if (!(weight >= 0 && weight < Infinity)) refuse(RangeError, where, 'finite weights >= 0', weight);
  return weights;
}

/** The weights that multiply the terms: divided by their sum for a mean. If all are 0, so are these. */
export function sharesOf(weights: Tensor, reduction: LossReduction): Tensor {
  return reduction === 'sum' ? weights : div(weights, add(sumTo(weights, []), TINY));
}

/** Weights of the first axes repeated for each of `count` rows or elements. */
export function repeated(weights: Tensor, count: number): Tensor {
  const { size } = weights;
  return viewAs(size === count ? weights : expandTo(viewAs(weights, [size, 1]), [size, count / size]), [count]);
}

export interface Reducing {
  readonly reduction: LossReduction;
  /** What a mean without weights divides by. Default: the number of terms. */
  readonly count?: number | undefined;
  /** Factor of every term. Default 1. */
  readonly factor?: number | undefined;
}

/** The mean or sum of terms, of which the first axis has as many as the batch has rows. */
export function reduced(
  where: string,
  terms: Tensor,
  weights: Tensor | undefined,
  { reduction, count = terms.size, factor = 1 }: Reducing,
): Tensor {
  if (weights === undefined) return total(terms, scaleOf(reduction, count) * factor);
  const { size } = checkWeights(where, weights, terms.shape);
  const shares = viewAs(sharesOf(weights, reduction), [size, 1]);
  const scale = reduction === 'mean' ? size / count : 1;
  return total(mul(viewAs(terms, [size, terms.size / size]), shares), scale * factor);
}
