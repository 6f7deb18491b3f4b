// Losses of sequences of variable length. Steps past a sequence's length do not count.
import { add } from '../ops/add.js';
import { expandTo, sumTo } from '../ops/broadcast.js';
import { viewAs } from '../autodiff/linear.js';
import { cast } from '../ops/cast.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { maskSteps } from '../ops/maskSteps.js';
import { sub } from '../ops/sub.js';
import type { Operand } from '../ops/support/operands.js';
import type { Shape } from '../core/shapes.js';
import { ones, tensor } from '../tensors/creation.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { isNamed, type LabelLoss, type NamedLoss } from './loss.js';

/** A logit for which sigmoid and softmax give exactly 1 in f32. */
const CERTAIN = 200;

/**
 * The factor B T / (sum of lengths). It turns a mean over all steps, of which those past the lengths are 0, into the
 * mean over valid steps.
 */
function validFactor(lengths: Tensor<'i32'>, steps: number): Tensor {
  return tidy(() => div(lengths.size * steps, sumTo(cast(lengths, 'f32'), [])));
}

/** The prediction past the lengths that makes the terms 0 for a target of zeros. */
function certainty({ kind, fromLogits }: NamedLoss, prediction: Tensor, target: Tensor<DType>): Operand | undefined {
  if (kind === 'binaryCrossEntropy' && fromLogits) return -CERTAIN;
  if (target.shape.length === prediction.shape.length) return undefined;
  const classes = prediction.shape.at(-1) ?? 1;
  return tensor(Array.from({ length: classes }, (_, k) => (k > 0 ? 0 : fromLogits ? CERTAIN : 1)));
}

/** The weights of steps [B, T]: 0 past the lengths; 1 before without weights. */
export function validWeights(
  [batch = 0, steps = 0]: Shape,
  lengths: Tensor<'i32'>,
  weights: Tensor | undefined = ones([batch]),
): Tensor {
  const ofSteps = weights.size > batch ? weights : expandTo(viewAs(weights, [batch, 1]), [batch, steps]);
  return maskSteps(ofSteps, lengths);
}

/** Whether a loss divides by sequences, or the sum of their weights, instead of by steps. */
export const isOfRows = (loss: LabelLoss, weights: Tensor | undefined, rows: number): boolean =>
  isNamed(loss) && loss.kind === 'halfMeanSquaredError' && (weights?.size ?? rows) === rows;

/**
 * The loss of sequences [B, T, ...] over their valid steps: means and sums are over valid elements or rows
 * (`halfMeanSquaredError` still divides by the number of sequences). A user's own loss is given 0 for prediction and
 * target past the lengths. Weights past the lengths are 0. Targets without steps stay as they are.
 *
 * @param lengths i32 [B]
 * @param weights f32 [B], or [B, T] for steps
 */
export function maskedLoss(
  loss: LabelLoss,
  prediction: Tensor,
  target: Tensor<DType>,
  lengths: Tensor<'i32'>,
  weights?: Tensor,
): Tensor {
  if (isNamed(loss) && loss.labelRows) return loss(prediction, target, weights, lengths);
  return tidy(() => {
    const [kept, against] = [maskSteps(prediction, lengths), maskSteps(target, lengths)];
    const [batch = 0, steps = 0, ...rest] = prediction.shape;
    if (weights ?? (isNamed(loss) && loss.weighsPadding)) {
      const given = isOfRows(loss, weights, batch) ? weights : validWeights(prediction.shape, lengths, weights);
      return loss(kept, against, given);
    }
    if (!isNamed(loss)) return loss(kept, against);
    const filling = certainty(loss, prediction, target);
    const past = (): Tensor => sub(1, maskSteps(ones([batch, steps, ...rest.map(() => 1)]), lengths));
    const value = loss(filling === undefined ? kept : add(kept, mul(past(), filling)), against);
    if (loss.reduction === 'sum' || isOfRows(loss, undefined, batch)) return value;
    return mul(value, validFactor(lengths, steps));
  });
}
