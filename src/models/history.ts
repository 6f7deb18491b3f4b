import type { Metric } from './metrics.js';

/** What is known at the end of a batch. */
export interface BatchLog {
  /** From 1. */
  readonly epoch: number;
  /** From 1, within the epoch. */
  readonly batch: number;
  readonly loss: number;
  /** Rows of this batch. */
  readonly rows: number;
}

declare const none: unique symbol;

/** Nothing has this type: a list that may hold it was inferred where no metrics were given. */
interface NoMetric {
  readonly [none]: never;
}

/** What a type parameter for metrics extends. */
export type Metrics = readonly (Metric | NoMetric)[];

/** The names under which a log has these metrics; `string` where the compiler does not know each of them. */
export type MetricName<M extends Metrics> = [Extract<M[number], NoMetric>] extends [never] ? NameOf<M[number]> : never;

type NameOf<Each> = Each extends { readonly output: infer Output extends number | string; readonly metric: infer Own }
  ? `${Output extends number ? `output${Output}` : Output}${Capitalize<NameOfOne<Own>>}`
  : NameOfOne<Each>;

type NameOfOne<M> = M extends string ? M : M extends { readonly name: infer Name extends string } ? Name : never;

/** What every epoch's log has. A type alias: an interface could not stand in for a log indexed by string. */
type EpochFacts = {
  /** From 1. */
  readonly epoch: number;
  /** Row-weighted mean of the batch losses, penalties included. */
  readonly loss: number;
  /** The loss on validation data, if there is any. */
  readonly valLoss?: number;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** Wall time of the epoch, validation included. */
  readonly seconds: number;
  /** Training rows a second, validation time left out. */
  readonly samplesPerSecond: number;
};

// No conditional type around these: logs of known metrics could not be given where any metrics will do.
type MetricValues<Name extends string> = {
  readonly [Each in Name]: string extends Each ? number | undefined : number;
} & {
  readonly [Each in Name as `val${Capitalize<Each>}`]?: number | undefined;
};

/**
 * What is known at the end of an epoch: loss, learning rate, times, and the metrics by name; those of the validation
 * data with `val` before the capitalised name (`valAccuracy`).
 */
export type EpochLog<M extends Metrics = readonly Metric[]> = EpochFacts & MetricValues<MetricName<M>>;

/** How training went. */
export type History<M extends Metrics = readonly Metric[]> = {
  /** One log for each completed epoch. */
  readonly epochs: readonly EpochLog<M>[];
  readonly stopped: 'completed' | 'earlyStopping' | 'aborted';
};

/** `loss` to `valLoss`. */
export function validationName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
