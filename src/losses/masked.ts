// Losses of sequences of variable length: what lies past a length does not count.
import { add } from '../ops/add.js';
import { sumTo } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { maskSteps } from '../ops/sequence.js';
import { sub } from '../ops/sub.js';
import type { Operand } from '../ops/support/operands.js';
import { ones, tensor } from '../tensors/creation.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { isNamed, type LabelLoss, type NamedLoss } from './loss.js';

/** A logit from which sigmoid and softmax give exactly 1 in f32. */
const CERTAIN = 200;

/** What turns a mean over all steps, 0 past the lengths, into the mean over the valid ones: B T / sum of lengths. */
export function validFactor(lengths: Tensor<'i32'>, steps: number): Tensor {
  return tidy(() => div(lengths.size * steps, sumTo(cast(lengths, 'f32'), [])));
}

/** What the prediction is to be past the lengths, where a target of zeros does not make the terms 0 by itself. */
function certainty({ kind, fromLogits }: NamedLoss, prediction: Tensor, target: Tensor<DType>): Operand | undefined {
  if (kind === 'binaryCrossEntropy' && fromLogits) return -CERTAIN;
  if (target.shape.length === prediction.shape.length) return undefined;
  const classes = prediction.shape.at(-1) ?? 1;
  return tensor(Array.from({ length: classes }, (_, k) => (k > 0 ? 0 : fromLogits ? CERTAIN : 1)));
}

/**
 * The loss of sequences [B, T, ...] over their valid steps alone: means are means over valid elements or rows
 * (`halfMeanSquaredError` divides by the number of sequences, as ever), sums are sums over them. A loss of the user's
 * own sees prediction and target 0 past the lengths.
 *
 * @param lengths i32 [B]
 */
export function maskedLoss(loss: LabelLoss, prediction: Tensor, target: Tensor<DType>, lengths: Tensor<'i32'>): Tensor {
  return tidy(() => {
    const [kept, against] = [maskSteps(prediction, lengths), maskSteps(target, lengths)];
    if (!isNamed(loss)) return loss(kept, against);
    const [batch = 0, steps = 0, ...rest] = prediction.shape;
    const filling = certainty(loss, prediction, target);
    const past = (): Tensor => sub(1, maskSteps(ones([batch, steps, ...rest.map(() => 1)]), lengths));
    const value = loss(filling === undefined ? kept : add(kept, mul(past(), filling)), against);
    if (loss.reduction === 'sum' || loss.kind === 'halfMeanSquaredError') return value;
    return mul(value, validFactor(lengths, steps));
  });
}
