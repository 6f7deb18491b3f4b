import { oneOf } from '../core/checks.js';
import { onBehalfOf } from '../core/errors.js';
import type { DType, Tensor } from '../tensors/tensor.js';

/**
 * Any function of prediction and target that returns a scalar tensor. Class indices are a target of type
 * `Tensor<'i32'>`; a loss that accepts them is a `LabelLoss`.
 */
export type Loss = (prediction: Tensor, target: Tensor) => Tensor;

/**
 * A loss for targets of either type. It has the type of a method, whose parameters the compiler compares in both
 * directions, so that a `Loss` is accepted too: whether the targets suit it shows only with the data.
 */
export type LabelLoss = { loss(prediction: Tensor, target: Tensor<DType>): Tensor }['loss'];

/** How the terms of a batch are combined. */
export type LossReduction = 'mean' | 'sum';

export interface LossOptions {
  /** `'mean'` (default) or `'sum'`. */
  readonly reduction?: LossReduction | undefined;
}

export type LossKind =
  'halfMeanSquaredError' | 'meanSquaredError' | 'meanAbsoluteError' | 'huber' | 'binaryCrossEntropy' | 'crossEntropy';

/** A loss made by one of the factories, with its name and options. */
export interface NamedLoss {
  (prediction: Tensor, target: Tensor<DType>): Tensor;
  readonly kind: LossKind;
  readonly reduction: LossReduction;
  /** For cross-entropies: whether predictions are logits instead of probabilities. */
  readonly fromLogits?: boolean;
  /** The factory's options, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** @internal The same loss as a function of logits. */
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
