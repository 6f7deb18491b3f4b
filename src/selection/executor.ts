// Who trains the models of a search. A search is points times folds; an executor scores one of these pairs at a time,
// or several, anywhere: what it needs to know of a pair is plain data.
import type { Dataset } from '../data/index.js';
import type { Scores } from './scores.js';

/** A value of a hyperparameter: plain data, so that it can be sent to wherever models are trained. */
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

/** What all trainings of a search have in common. */
export interface Search {
  readonly data: Dataset;
  /** The folds are `kFold(data, { k, seed, stratified })`. */
  readonly k: number;
  readonly seed: number;
  readonly stratified: boolean;
  readonly signal: AbortSignal | undefined;
  /** Scores a task in this thread. */
  readonly evaluate: (task: TrialTask) => Promise<Scores>;
}

/** A place where tasks are scored until the search is over. */
export interface ExecutorSession {
  /** How many tasks may be under way at once. */
  readonly concurrency: number;
  /** Scores one task; a rejection is a failed training, not the end of the search. */
  readonly run: (task: TrialTask) => Promise<Scores>;
  /** Called once, when no task is under way. */
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
