// Losses of sequences of variable length: what lies past a length does not count.
import { div } from '../ops/div.js';
import { mul } from '../ops/mul.js';
import { maskSteps } from '../ops/sequence.js';
import { sum } from '../ops/sum.js';
import { cast } from '../ops/cast.js';
import { where } from '../ops/where.js';
import { ones, tensor } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { isNamed, type Loss, type NamedLoss } from './loss.js';

/** A logit from which sigmoid and softmax give exactly 1 in f32. */
const CERTAIN = 200;

/** What turns a mean over all steps, 0 past the lengths, into the mean over the valid ones: B T / sum of lengths. */
export function validFactor(lengths: Tensor, steps: number): Tensor {
  return tidy(() => div(lengths.size * steps, sum(cast(lengths, 'f32'))));
}

/** x with `filling` (the last axis' values) past the lengths. */
function filledPast(x: Tensor, lengths: Tensor, filling: readonly number[]): Tensor {
  const [batch = 0, steps = 0, ...rest] = x.shape;
  const valid = maskSteps(ones([batch, steps, ...rest.map(() => 1)]), lengths);
  return where(valid, x, tensor(filling));
}

/** Steps past the lengths become certain and right, so that their cross-entropy is exactly 0, and its gradient too. */
function certain(loss: NamedLoss, prediction: Tensor, target: Tensor, lengths: Tensor): [Tensor, Tensor] {
  const classes = prediction.shape.at(-1) ?? 1;
  const high = loss.fromLogits ? CERTAIN : 1;
  if (loss.kind === 'binaryCrossEntropy') {
    const all = (value: number): number[] => new Array<number>(classes).fill(value);
    return [filledPast(prediction, lengths, all(high)), filledPast(target, lengths, all(1))];
  }
  const first = (value: number): number[] => Array.from({ length: classes }, (_, k) => (k === 0 ? value : 0));
  const byIndex = target.shape.length < prediction.shape.length;
  return [
    filledPast(prediction, lengths, first(high)),
    byIndex ? maskSteps(target, lengths) : filledPast(target, lengths, first(1)),
  ];
}

/**
 * The loss of sequences [B, T, ...] over their valid steps alone: means are means over valid elements or rows
 * (`halfMeanSquaredError` divides by the number of sequences, as ever), sums are sums over them. A loss of the user's
 * own sees prediction and target 0 past the lengths.
 *
 * @param lengths i32 [B]
 */
export function maskedLoss(loss: Loss, prediction: Tensor, target: Tensor, lengths: Tensor): Tensor {
  return tidy(() => {
    if (!isNamed(loss)) return loss(maskSteps(prediction, lengths), maskSteps(target, lengths));
    const crossEntropy = loss.kind === 'binaryCrossEntropy' || loss.kind === 'crossEntropy';
    const [kept, against] = crossEntropy
      ? certain(loss, prediction, target, lengths)
      : [maskSteps(prediction, lengths), maskSteps(target, lengths)];
    const value = loss(kept, against);
    if (loss.reduction === 'sum' || loss.kind === 'halfMeanSquaredError') return value;
    return mul(value, validFactor(lengths, prediction.shape[1] ?? 1));
  });
}
