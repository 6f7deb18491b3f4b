// The loss of a batch in parts, one for each output, and what their means divide by: so losses of batches can be joined.
import { viewAs } from '../autodiff/linear.js';
import type { LabelLoss, Loss } from '../losses/index.js';
import { isNamed } from '../losses/loss.js';
import { isOfRows, validWeights } from '../losses/masked.js';
import { repeated } from '../losses/weighted.js';
import { add } from '../ops/add.js';
import { sumTo } from '../ops/broadcast.js';
import { mul } from '../ops/mul.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import type { DType, Tensor } from '../tensors/tensor.js';

/** What the loss of an output is computed from, besides the prediction. */
export interface Against {
  readonly target: Tensor<DType>;
  readonly lengths?: Tensor<'i32'> | undefined;
  readonly weights?: Tensor | undefined;
}

export interface LossPart extends Against {
  /** The loss without its factor: a function of the user, or of the library. */
  readonly own: LabelLoss;
  /** The loss of the batch, times the factor of the output. */
  readonly loss: Tensor;
}

/** A loss of rows of outputs, which is the sum of one for each. */
export interface LossOfOutputs extends Loss {
  readonly losses: readonly Loss[];
  parts(prediction: Tensor, target: Tensor<DType>, weights: Tensor | undefined): readonly LossPart[];
}

export const isOfOutputs = (loss: LabelLoss | undefined): loss is LossOfOutputs =>
  loss !== undefined && 'losses' in loss;

/** The number of parts of a loss. */
export const countParts = (loss: LabelLoss): number => (isOfOutputs(loss) ? loss.losses.length : 1);

export const totalOf = (parts: readonly LossPart[]): Tensor =>
  parts.map(({ loss }) => loss).reduce((total, loss) => add(total, loss));

/**
 * What the mean of a batch divides by, up to a factor that all batches share: the sum of the weights that count, or the
 * number of valid steps or rows. That of a user's loss is unknown: the sum of weights, or the number of rows.
 */
function massOf({ own, target, lengths, weights }: LossPart): Tensor | number {
  const known = isNamed(own) ? own : undefined;
  const [rows = 0] = target.shape;
  const ofSteps = lengths && !known?.labelRows && !isOfRows(own, weights, rows) && (weights ?? known);
  const each = ofSteps ? validWeights(target.shape, lengths, weights) : weights;
  const counted = known?.counted?.(target);
  const all = counted && each ? mul(counted, repeated(each, counted.size)) : (counted ?? each);
  return all ? sumTo(viewAs(all, [all.size]), []) : rows;
}

/**
 * Writes for every part what its mean divides by, and its loss, into the cells after the first. `sums`: what losses count
 * that are sums: -1 if they are added.
 */
export function emitParts(parts: readonly LossPart[], results: Tensor, sums: number): void {
  let cell = results.pointer();
  for (const part of parts)
    for (const value of [isNamed(part.own) && part.own.reduction === 'sum' ? sums : massOf(part), part.loss]) {
      cell += 4;
      if (typeof value === 'number')
        runtime().heap.f32[cell / 4] = value; // no record: the program never changes it
      else call(kernels.copyBytes, value.pointer(), cell, 4);
    }
}
