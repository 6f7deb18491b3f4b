import { oneOf } from '../core/checks.js';
import type { Tensor } from '../tensors/tensor.js';

/** Any function of prediction and target that returns a scalar tensor. */
export type Loss = (prediction: Tensor, target: Tensor) => Tensor;

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
  (prediction: Tensor, target: Tensor): Tensor;
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
  readonly loss: Loss;
}

interface LossConfig {
  readonly reduction: LossReduction;
  readonly fromLogits?: boolean;
  readonly delta?: number;
}

/** Whether a loss was made by one of the factories. */
export function isNamed(loss: Loss): loss is NamedLoss {
  return 'kind' in loss && 'reduction' in loss;
}

/** A loss function with its description. */
export function named(kind: LossKind, config: LossConfig, loss: Loss, ofLogits?: LossOfLogits): NamedLoss {
  const { reduction, fromLogits } = config;
  return Object.assign(loss, {
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
