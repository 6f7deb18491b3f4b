// Options that all searches over a space have, checked.
import { callable, finiteNumber, flag, knownOptions, show, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { Dataset, Table } from '../../data/index.js';
import type { EpochReport, Executor, GridPoint, TrialTask } from '../executor.js';
import type { SearchProgress } from '../gridSearch.js';
import { checkPointFit } from '../pointOptions.js';
import type { TrialFunctions } from '../scoreTask.js';
import { checkExecutor, checkMonitor } from '../searchChecks.js';
import type { Unranked } from '../trials.js';
import type { SearchState } from './journal.js';
import { checkSpace, pointAt, type Space, type SpacePoint } from './space.js';

/** Options of all searches over a space. */
export interface SearchOptions<S extends Space> extends TrialFunctions<SpacePoint<S>> {
  /** The hyperparameters: `uniform`, `logUniform`, `integer`, `choice`, constants, and objects of these. */
  readonly space: S;
  /** Made by `dataset(x, y)`, or a `table`, whose preprocessing is fitted on the training rows of each fold. */
  readonly data: Dataset | Table;
  /** Folds of the cross-validation. Default 5. */
  readonly folds?: number | undefined;
  /** Fraction of the rows to test on, between 0 and 1: one training for each point, in place of folds. */
  readonly holdOut?: number | undefined;
  /** Ends the search after so many seconds: trials under way are dropped, and the others ranked. Default: no limit. */
  readonly seconds?: number | undefined;
  /** What trains the models. Default `inProcess()`. */
  readonly executor?: Executor | undefined;
  /** Seed of points, folds, initial weights and orders of rows. Whole number >= 0, default 0. */
  readonly seed?: number | undefined;
  /** Whether all folds have the same proportion of every class. Default false. */
  readonly stratified?: boolean | undefined;
  /** Whether the rows are in the order of time: a fold is trained on rows before its test rows. Default false. */
  readonly timeOrdered?: boolean | undefined;
  /** `'loss'` or the name of a metric by which trials are ranked. Default `'loss'`. */
  readonly monitor?: string | undefined;
  /**
   * Whether smaller or larger is better. Default: larger for accuracies, smaller for the loss and other metrics of the
   * library; to be given for a metric that is not the library's.
   */
  readonly mode?: 'min' | 'max' | undefined;
  /** Called when all folds of a point are done; with several workers in no fixed order. */
  readonly onTrial?: ((trial: Unranked<SpacePoint<S>>, progress: SearchProgress) => void) | undefined;
  /** Called after each epoch of each training, which costs scoring the model after each epoch. */
  readonly onReport?: ((report: EpochReport & Pick<TrialTask, 'trial' | 'fold'>) => void) | undefined;
  /** Called after each training with everything that is known: plain data for `JSON.stringify`, to `resume` from. */
  readonly onState?: ((state: SearchState) => void) | undefined;
  /**
   * What an interrupted search had given to `onState`: the trainings in it are not done again. Everything else must be
   * the same as it was; more `trials` or `seconds` are allowed.
   */
  readonly resume?: SearchState | undefined;
  /** Whether to train a model on all rows with the best point at the end, in this thread. Default false. */
  readonly refit?: boolean | undefined;
  /** Whether to print a line for every trial. Default false. */
  readonly progress?: boolean | undefined;
  /** Aborts the search, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const known = [
  ...['build', 'space', 'data', 'folds', 'holdOut', 'seconds', 'fit', 'executor', 'seed', 'stratified', 'timeOrdered'],
  ...['monitor', 'mode', 'onTrial', 'onReport', 'onState', 'resume', 'refit', 'progress', 'signal'],
];

/** The metric by which trials are ranked. */
export interface Monitor {
  readonly monitor: string;
  readonly mode: 'min' | 'max';
}

function checkListeners(
  where: string,
  {
    onTrial,
    onReport,
    onState,
    signal,
    seconds,
  }: Pick<SearchOptions<never>, 'onReport' | 'onState' | 'signal' | 'seconds'> & { readonly onTrial?: unknown },
): void {
  for (const [name, listener] of Object.entries({ onTrial, onReport, onState }))
    if (listener !== undefined) callable(where, name, listener);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, where, 'signal to be an AbortSignal', show(signal));
  if (seconds !== undefined) finiteNumber(where, 'seconds', seconds, { above: 0 });
}

/** Checks everything that does not concern the data; `more`: names of further options. */
export function checkSearch<S extends Space>(
  where: string,
  options: SearchOptions<S>,
  more: readonly string[],
): Monitor {
  knownOptions(where, options, [...known, ...more]);
  const { build, space, fit, folds, holdOut, executor, seed = 0 } = options;
  callable(where, 'build', build);
  checkSpace(where, space);
  checkPointFit(where, fit);
  if (folds !== undefined && holdOut !== undefined) refuse(TypeError, where, 'either folds or holdOut', 'both');
  wholeNumber(where, 'seed', seed, { min: 0 });
  flag(where, 'progress', options.progress ?? false);
  flag(where, 'refit', options.refit ?? false);
  checkListeners(where, options);
  if (executor !== undefined) checkExecutor(where, executor);
  const first: GridPoint & SpacePoint<S> = pointAt(space, () => 0);
  return checkMonitor<GridPoint & SpacePoint<S>>(where, options, fit, [first]);
}
