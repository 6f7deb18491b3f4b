import type { Metric } from './metrics.js';
import type { Receipt } from './receipt.js';

/** The log of a batch. */
export interface BatchLog {
  /** From 1. */
  readonly epoch: number;
  /** From 1, within the epoch. */
  readonly batch: number;
  readonly loss: number;
  /** Rows of this batch. */
  readonly rows: number;
  /** Learning rate of the last update. */
  readonly learningRate: number;
  /**
   * Euclidean norm of the gradient over all trained weights, penalties included, before it is clipped. With `accumulate`,
   * that of the mean in a batch with an update, and of the batch's own gradient in others. It is computed only for
   * listeners.
   */
  readonly gradientNorm: number;
}

declare const none: unique symbol;

/** No value has this type. It is inferred when no metrics were given. */
interface NoMetric {
  readonly [none]: never;
}

/** The constraint of a type parameter for metrics. */
export type Metrics = readonly (Metric | NoMetric)[];

/** The names of these metrics in a log; `string` if the compiler does not know all of them. */
export type MetricName<M extends Metrics> = [Extract<M[number], NoMetric>] extends [never] ? NameOf<M[number]> : never;

type NameOf<Each> = Each extends { readonly output: infer Output extends number | string; readonly metric: infer Own }
  ? `${Output extends number ? `output${Output}` : Output}${Capitalize<NameOfOne<Own>>}`
  : NameOfOne<Each>;

type NameOfOne<M> = M extends string ? M : M extends { readonly name: infer Name extends string } ? Name : never;

/**
 * The entries of every epoch's log. It is a type alias because an interface is not assignable to a log indexed by
 * string.
 */
type EpochFacts = {
  /** From 1. */
  readonly epoch: number;
  /** The mean of the batch losses, penalties included, weighted like the rows; without weights by rows. */
  readonly loss: number;
  /** The loss on validation data, if there are any. */
  readonly valLoss?: number;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** Wall time of the epoch, validation included. */
  readonly seconds: number;
  /** Training rows per second, without the time of validation. */
  readonly samplesPerSecond: number;
};

// Not a conditional type: logs of known metrics must be assignable to logs of any metrics.
type MetricValues<Name extends string> = {
  readonly [Each in Name]: string extends Each ? number | undefined : number;
} & {
  readonly [Each in Name as `val${Capitalize<Each>}`]?: number | undefined;
};

/**
 * The log of an epoch: loss, learning rate, times, and the metrics by name. Names of those on validation data begin
 * with `val` (`valAccuracy`).
 */
export type EpochLog<M extends Metrics = readonly Metric[]> = EpochFacts & MetricValues<MetricName<M>>;

/** The result of a training. */
export type History<M extends Metrics = readonly Metric[]> = {
  /** One log for each completed epoch. */
  readonly epochs: readonly EpochLog<M>[];
  readonly stopped: 'completed' | 'earlyStopping' | 'aborted' | 'timeLimit';
  /** The facts of the training, if `fit` was given the option `receipt`. */
  readonly receipt?: Receipt;
};

/** `loss` to `valLoss`. */
export function validationName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
