import { oneOf } from '../core/checks.js';
import { onBehalfOf } from '../core/errors.js';
import type { DType, Tensor } from '../tensors/tensor.js';

/**
 * Any function of prediction and target that returns a scalar tensor. Where targets are class indices, the target is a
 * `Tensor<'i32'>`: a loss that can be given them is a `LabelLoss`.
 */
export type Loss = (prediction: Tensor, target: Tensor) => Tensor;

/**
 * A loss of targets of either type. The type is that of a method, whose parameters the compiler compares in both
 * directions: a `Loss` can stand for it, since whether targets suit a loss shows only when the data are there.
 */
export type LabelLoss = { loss(prediction: Tensor, target: Tensor<DType>): Tensor }['loss'];

/** What is done with the terms of a batch. */
export type LossReduction = 'mean' | 'sum';

export interface LossOptions {
  /** `'mean'` (default) or `'sum'`. */
  readonly reduction?: LossReduction | undefined;
}

export type LossKind =
  'halfMeanSquaredError' | 'meanSquaredError' | 'meanAbsoluteError' | 'huber' | 'binaryCrossEntropy' | 'crossEntropy';

/** A loss made by one of the factories: it tells what it is. */
export interface NamedLoss {
  (prediction: Tensor, target: Tensor<DType>): Tensor;
  readonly kind: LossKind;
  readonly reduction: LossReduction;
  /** Of the cross-entropies: whether predictions are logits instead of probabilities. */
  readonly fromLogits?: boolean;
  /** The factory's options, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** @internal The same loss as a function of the logits that an activation makes its probabilities from. */
  readonly ofLogits?: LossOfLogits | undefined;
}

interface LossOfLogits {
  readonly activation: string;
  readonly loss: LabelLoss;
}

interface LossConfig {
  readonly reduction: LossReduction;
  readonly fromLogits?: boolean;
  readonly delta?: number;
}

/** Whether a loss was made by one of the factories. */
export function isNamed(loss: LabelLoss): loss is NamedLoss {
  return 'kind' in loss && 'reduction' in loss;
}

/** A loss function with its description. */
export function named(kind: LossKind, config: LossConfig, loss: LabelLoss, ofLogits?: LossOfLogits): NamedLoss {
  const { reduction, fromLogits } = config;
  const own: LabelLoss = (prediction, target) => onBehalfOf(kind, () => loss(prediction, target));
  return Object.assign(own, {
    kind,
    reduction,
    config: { ...config },
    ofLogits,
    ...(fromLogits !== undefined && { fromLogits }),
  });
}

/** The reduction option. */
export function checkLossReduction(where: string, options: LossOptions): LossReduction {
  return oneOf(where, 'reduction', options.reduction ?? 'mean', ['mean', 'sum']);
}
