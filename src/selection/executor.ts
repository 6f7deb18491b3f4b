// Executors train the models of a search. A search has a task for every point and fold; tasks are plain data, so an
// executor can score them anywhere, one or several at a time.
import type { Dataset, Table } from '../data/index.js';
import type { Scores } from './scores.js';

/** A value of a hyperparameter: plain data, so that it can be sent to a worker. */
export type GridValue =
  string | number | boolean | null | readonly GridValue[] | { readonly [name: string]: GridValue };

/** One value of every hyperparameter. */
export type GridPoint = Readonly<Record<string, GridValue>>;

/** One training of a search: a point of the grid on a fold. Plain data. */
export interface TrialTask {
  /** Position of the point in the grid, from 0. */
  readonly trial: number;
  readonly point: GridPoint;
  /** From 0. */
  readonly fold: number;
  /** Seed of this fold's initial weights and order of rows. */
  readonly seed: number;
}

/** Data and options shared by all trainings of a search. */
export interface Search {
  readonly data: Dataset | Table;
  /** The folds are `kFold(data, { k, seed, stratified, timeOrdered })`. */
  readonly k: number;
  readonly seed: number;
  readonly stratified: boolean;
  readonly timeOrdered: boolean;
  readonly signal: AbortSignal | undefined;
  /** Scores a task in this thread. */
  readonly evaluate: (task: TrialTask) => Promise<Scores>;
}

/** A started executor, which scores tasks until the search is over. */
export interface ExecutorSession {
  /** How many tasks may run at the same time. */
  readonly concurrency: number;
  /** Scores one task. A rejection means a failed training, and the search continues. */
  readonly run: (task: TrialTask) => Promise<Scores>;
  /** Called once, when no task is running. */
  readonly close: () => void | Promise<void>;
}

/** Runs the trainings of a search. */
export interface Executor {
  readonly start: (search: Search) => ExecutorSession | Promise<ExecutorSession>;
}

/**
 * Trains in the calling thread, one model after the other: the default of `gridSearch`.
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
      run: (task) => search.evaluate(task),
      close: () => undefined,
    }),
  };
}
