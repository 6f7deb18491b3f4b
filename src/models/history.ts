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

/** The names under which a log has these metrics; `string` when the metrics are not known to the compiler one by one. */
export type MetricName<M extends readonly Metric[]> = M[number] extends infer Each
  ? Each extends { readonly output: infer Output extends number | string; readonly metric: infer Own }
    ? `${Output extends number ? `output${Output}` : Output}${Capitalize<NameOfOne<Own>>}`
    : NameOfOne<Each>
  : never;

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

type MetricValues<Name extends string> = string extends Name
  ? { readonly [metric: string]: number | undefined }
  : { readonly [Each in Name]: number } & { readonly [Each in Name as `val${Capitalize<Each>}`]?: number };

/**
 * What is known at the end of an epoch: loss, learning rate, times, and the metrics by name; those of the validation
 * data with `val` before the capitalised name (`valAccuracy`).
 */
export type EpochLog<M extends readonly Metric[] = readonly Metric[]> = EpochFacts & MetricValues<MetricName<M>>;

/** How training went. */
export type History<M extends readonly Metric[] = readonly Metric[]> = {
  /** One log for each completed epoch. */
  readonly epochs: readonly EpochLog<M>[];
  readonly stopped: 'completed' | 'earlyStopping' | 'aborted';
};

/** `loss` to `valLoss`. */
export function validationName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
