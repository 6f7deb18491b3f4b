import { oneOf } from '../core/checks.js';
import { onBehalfOf } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import type { DType, Tensor } from '../tensors/tensor.js';

/**
 * Any function of prediction and target that returns a scalar tensor. Class indices are a target of type
 * `Tensor<'i32'>`; a loss that accepts them is a `LabelLoss`. For data with weights it takes them as its third
 * parameter: f32 [B], or [B, T] for weights of steps, 0 past the lengths.
 */
export type Loss = { loss(prediction: Tensor, target: Tensor, weights?: Tensor): Tensor }['loss'];

/**
 * A loss for targets of either type. It has the type of a method, whose parameters the compiler compares in both
 * directions, so that a `Loss` is accepted too: whether the targets suit it shows only with the data.
 */
export type LabelLoss = { loss(prediction: Tensor, target: Tensor<DType>, weights?: Tensor): Tensor }['loss'];

/** How the terms of a batch are combined. */
export type LossReduction = 'mean' | 'sum';

export interface LossOptions {
  /** `'mean'` (default) or `'sum'`. */
  readonly reduction?: LossReduction | undefined;
}

export type LossKind =
  | 'halfMeanSquaredError'
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'binaryCrossEntropy'
  | 'crossEntropy'
  | 'hinge'
  | 'squaredHinge'
  | 'categoricalHinge'
  | 'klDivergence'
  | 'poisson'
  | 'logCosh'
  | 'cosineSimilarity'
  | 'binaryFocalCrossEntropy'
  | 'categoricalFocalCrossEntropy'
  | 'ctc';

/** A loss made by one of the factories, with its name and options. */
export interface NamedLoss {
  /**
   * @param weights f32 >= 0 in the shape of the prediction's first axes, such as [B]: the mean is then sum(w * loss) /
   *   sum(w), 0 if all weights are 0
   * @param lengths for `ctc` alone: the valid steps of each sequence, i32 [B]
   */
  (prediction: Tensor, target: Tensor<DType>, weights?: Tensor, lengths?: Tensor<'i32'>): Tensor;
  readonly kind: LossKind;
  readonly reduction: LossReduction;
  /** For cross-entropies: whether predictions are logits instead of probabilities. */
  readonly fromLogits?: boolean;
  /** The factory's options, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** @internal The same loss as a function of logits. */
  readonly ofLogits?: LossOfLogits | undefined;
  /** @internal Whether its terms are not 0 where prediction and target are 0, so that padding needs weights of 0. */
  readonly weighsPadding?: boolean;
  /** @internal Where it ignores labels: 1 for each row of targets that counts, 0 for others. */
  readonly counted?: (target: Tensor<DType>) => Tensor;
  /** @internal Where targets are labels without steps, `ctc`: as rows with a place for each step, checked. */
  readonly labelRows?: LabelRows;
}

/** @internal @param shape that of the prediction of a row */
export type LabelRows = (where: string, y: ArrayLike<number>, size: number, shape: Shape) => Int32Array<ArrayBuffer>;

interface LossOfLogits {
  readonly activation: string;
  readonly loss: LabelLoss;
}

export interface LossConfig {
  readonly reduction: LossReduction;
  readonly fromLogits?: boolean;
  readonly [option: string]: unknown;
}

/** Whether a loss was made by one of the factories. */
export function isNamed(loss: LabelLoss): loss is NamedLoss {
  return 'kind' in loss && 'reduction' in loss;
}

type LossOfLengths = (prediction: Tensor, target: Tensor<DType>, weights?: Tensor, lengths?: Tensor<'i32'>) => Tensor;

/** A loss function with its description. */
export function named(
  kind: LossKind,
  config: LossConfig,
  loss: LossOfLengths,
  ofLogits?: LossOfLogits,
  weighsPadding = false,
): NamedLoss {
  const { reduction, fromLogits } = config;
  const own: LossOfLengths = (...given) => onBehalfOf(kind, () => loss(...given));
  return Object.assign(own, {
    kind,
    reduction,
    config: { ...config },
    ofLogits,
    weighsPadding,
    ...(fromLogits !== undefined && { fromLogits }),
  });
}

/** The reduction option. */
export function checkLossReduction(where: string, options: LossOptions): LossReduction {
  return oneOf(where, 'reduction', options.reduction ?? 'mean', ['mean', 'sum']);
}
