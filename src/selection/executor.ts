// Executors train the models of a search. A search has a task for every point and fold; tasks are plain data, so an
// executor can score them anywhere, one or several at a time, on this machine or on others.
import type { Dataset, Table } from '../data/index.js';
import type { TrainingSnapshot } from '../models/index.js';
import type { Scores } from './scores.js';

/** A value of a hyperparameter: plain data, so that it can be sent to a worker. */
export type GridValue =
  string | number | boolean | null | readonly GridValue[] | { readonly [name: string]: GridValue };

/** One value of every hyperparameter. */
export type GridPoint = Readonly<Record<string, GridValue>>;

/** When to give up a training: as soon as its score after an epoch is worse than the limit of that epoch. */
export interface Pruning {
  /** `'loss'` or the name of a metric. */
  readonly monitor: string;
  readonly mode: 'min' | 'max';
  /** The limits after the first epoch, the second, ...; null, and for epochs after the last of them: none. */
  readonly limits: readonly (number | null)[];
}

/**
 * One training of a search: a point on a fold. Plain data; the result depends on nothing else than the search, `point`,
 * `fold`, `seed`, `epochs` and `prune`.
 */
export interface TrialTask {
  /** Number of the trial, from 0. */
  readonly trial: number;
  readonly point: GridPoint;
  /** From 0; 0 for the only part of a hold-out. */
  readonly fold: number;
  /** Seed of this fold's initial weights and order of rows. */
  readonly seed: number;
  /** Number of epochs in all, in place of that among the options of `fit`. */
  readonly epochs?: number | undefined;
  /**
   * The `snapshot` that an earlier task of this trial and fold with fewer `epochs` had as its result: training goes on
   * from it. A training that starts over without it gives the same bits, later.
   */
  readonly from?: TrainingSnapshot | undefined;
  /** Whether the result is to contain a snapshot. Default false. */
  readonly keep?: boolean | undefined;
  /** Whether the model is scored after each epoch, and the result is to contain these scores. Default false. */
  readonly reports?: boolean | undefined;
  readonly prune?: Pruning | undefined;
}

/** Scores on the test rows after an epoch. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  readonly scores: Scores;
}

/** The result of a task. Plain data. */
export interface TrialResult {
  /** Loss and metrics on the test rows. */
  readonly scores: Scores;
  /** Epochs trained, those before `from` included. */
  readonly epochs: number;
  /** Why there are fewer epochs than asked for: `'pruned'` by the limits, or `'stopped'` by a callback. */
  readonly ended?: 'pruned' | 'stopped' | undefined;
  /** One for each epoch of this task, if it asked for them. */
  readonly reports?: readonly EpochReport[] | undefined;
  /** What a later task of the same trial and fold can go on from, if this one asked for it. */
  readonly snapshot?: TrainingSnapshot | undefined;
}

/** What accompanies a task while it runs. */
export interface TaskContext {
  /** Ends the training, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each epoch of a task with `reports` or `prune`. */
  readonly onReport?: ((report: EpochReport) => void) | undefined;
}

/** How rows are divided into those to train on and those to test on. */
export interface Splitting {
  /** The called function, for error messages. Default `'gridSearch'`. */
  readonly caller?: string | undefined;
  /** The folds are `kFold(data, { k, seed, stratified, timeOrdered })`; 1 with `holdOut`. */
  readonly k: number;
  readonly seed: number;
  readonly stratified: boolean;
  readonly timeOrdered: boolean;
  /** Fraction of the rows in a single test set, in place of folds. */
  readonly holdOut?: number | undefined;
}

/** Data and options shared by all trainings of a search. */
export interface Search extends Splitting {
  readonly data: Dataset | Table;
  readonly signal: AbortSignal | undefined;
  /** Runs a task in this thread. */
  readonly run: (task: TrialTask, context?: TaskContext) => Promise<TrialResult>;
  /** Scores a task in this thread. */
  readonly evaluate: (task: TrialTask) => Promise<Scores>;
}

/** A started executor, which runs tasks until the search is over. */
export interface ExecutorSession {
  /**
   * How many tasks may run at the same time. A function is asked again and again, since machines may come and go; it
   * may return 0 for a while.
   */
  readonly concurrency: number | (() => number);
  /**
   * How often a task is tried when `run` rejects with a `WorkerError`, which is to say that its machine was lost.
   * Other rejections are never tried again: they are what the training itself gives, everywhere. Default 1.
   */
  readonly attempts?: number | undefined;
  /**
   * Runs one task. Scores alone will do as the result. A rejection means a failed training, and the search continues.
   * When the context's signal is given it must end soon, in whatever way: the search waits for it.
   */
  readonly run: (task: TrialTask, context?: TaskContext) => Promise<TrialResult | Scores>;
  /** Called once, when no task is running. */
  readonly close: () => void | Promise<void>;
}

/** Runs the trainings of a search. */
export interface Executor {
  readonly start: (search: Search) => ExecutorSession | Promise<ExecutorSession>;
}

/**
 * Trains in the calling thread, one model after the other: the default of all searches.
 *
 * @example
 * ```ts
 * import { inProcess } from 'wasmgrad/selection';
 * const executor = inProcess();
 * ```
 */
export function inProcess(): Executor {
  return {
    start: (search) => ({
      concurrency: 1,
      run: (task, context) => search.run(task, context),
      close: () => undefined,
    }),
  };
}
