import { refuse } from '../core/errors.js';
import { callable, flag, knownOptions, show, wholeNumber } from '../core/checks.js';
import type { Dataset, Table } from '../data/index.js';
import { inProcess, type Executor, type GridPoint, type Search, type TrialTask } from './executor.js';
import { pointsOf, type Grid, type PointOf } from './grid.js';
import { checkPointFit } from './pointOptions.js';
import { searchOf, type TrialFunctions } from './scoreTask.js';
import { checkExecutor, checkMonitor } from './searchChecks.js';
import { foldsOf } from './sharedSearch.js';
import { showTrial } from './progress.js';
import { withExecutor, type Listener } from './tasks.js';
import { TrialBook, trialTable, type Trial } from './trials.js';

/** The progress of a search. */
export interface SearchProgress {
  /** Trials finished, this one included. */
  readonly done: number;
  readonly total: number;
}

export interface GridSearchOptions<G extends Grid> extends TrialFunctions<PointOf<G>> {
  /** The values to try, as plain data; every combination is a trial. */
  readonly grid: G;
  /** Made by `dataset(x, y)`, or a `table`, whose preprocessing is fitted on the training rows of each fold. */
  readonly data: Dataset | Table;
  /** Folds of the cross-validation. Default 5. */
  readonly folds?: number | undefined;
  /** What trains the models. Default `inProcess()`. */
  readonly executor?: Executor | undefined;
  /** Seed of folds, initial weights and orders of rows. Whole number >= 0, default 0. */
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
  readonly onTrial?: ((trial: Omit<Trial<PointOf<G>>, 'rank'>, progress: SearchProgress) => void) | undefined;
  /** Whether to print a line for every trial. Default false. */
  readonly progress?: boolean | undefined;
  /** Aborts the search, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface GridSearch<P> {
  /** One trial for every point of the grid, ranked. */
  readonly trials: readonly Trial<P>[];
  readonly best: Trial<P>;
  /** The ranked trials as text. */
  readonly table: () => string;
}

const known = [
  'build',
  'grid',
  'data',
  'folds',
  'fit',
  'executor',
  'seed',
  'stratified',
  'timeOrdered',
  'monitor',
  'mode',
  'onTrial',
  'progress',
  'signal',
];

/** Search and tasks from checked options. */
function plan<G extends Grid>(options: GridSearchOptions<G>): { points: PointOf<G>[]; search: Search } {
  const { build, grid, data, folds = 5, fit, seed = 0, stratified = false, timeOrdered = false, signal } = options;
  callable('gridSearch', 'build', build);
  checkPointFit('gridSearch', fit);
  const points = pointsOf('gridSearch', grid);
  const splitting = { caller: 'gridSearch', k: folds, seed, stratified, timeOrdered };
  const parts = foldsOf('gridSearch', data, splitting);
  const pointAt = ({ trial }: TrialTask): PointOf<G> => points[trial]!;
  return { points, search: searchOf({ data, ...splitting, signal }, { build, fit }, parts, pointAt) };
}

/**
 * Trains and scores every combination of the grid's values by k-fold cross-validation, and ranks them.
 *
 * All points have the same folds. Fold i is trained with seed + i, which `build` is given for the initial weights, so
 * that one seed reproduces every number with any executor. When `build` or `fit` throws for a point, or its loss does
 * not stay finite, the trial fails: it is reported with its error and ranks last, and the search continues.
 *
 * @throws TypeError, RangeError for unknown or impossible options: empty grids, more folds than rows, a monitor that is
 *   not a metric; the first trial's error when all trials have failed; the signal's reason when aborted
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * import { gridSearch } from 'wasmgrad/selection';
 * await init();
 * const { best, table } = await gridSearch({
 *   build: ({ units }, { seed }) =>
 *     sequential({ inputShape: [1], seed }, [dense({ units, activation: 'tanh' }), dense({ units: 1 })]),
 *   grid: { learningRate: [0.01, 0.1], units: [2, 4] },
 *   data: dataset([[0], [1], [2], [3], [4], [5]], [[0], [1], [0], [1], [0], [1]]),
 *   folds: 3,
 *   fit: { loss: meanSquaredError(), optimizer: sgd(), epochs: 5 },
 * });
 * console.log(best.point, best.mean.loss);
 * console.log(table());
 * ```
 */
export async function gridSearch<const G extends Grid>(options: GridSearchOptions<G>): Promise<GridSearch<PointOf<G>>> {
  knownOptions('gridSearch', options, known);
  const { executor = inProcess(), signal, onTrial, fit } = options;
  const { points, search } = plan(options);
  const { monitor, mode } = checkMonitor('gridSearch', options, fit, points);
  const progress = flag('gridSearch', 'progress', options.progress ?? false);
  if (onTrial !== undefined) callable('gridSearch', 'onTrial', onTrial);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, 'gridSearch', 'signal to be an AbortSignal', show(signal));
  checkExecutor('gridSearch', executor);
  signal?.throwIfAborted();

  const book = new TrialBook<PointOf<G>>(search.k);
  points.forEach((point, i) => book.open(i, point));
  let done = 0;
  const enter: Listener['done'] = (task, outcome) => {
    const trial = book.enter(task, outcome);
    if (!trial) return;
    done++;
    if (progress) showTrial(trial, monitor, done, points.length);
    onTrial?.(trial, { done, total: points.length });
  };
  await withExecutor(executor, search, (run) => run(tasksOf(points, search), { done: enter }));
  const trials = book.ranked(monitor, mode);
  const [best] = trials;
  if (!best || 'error' in best) throw trials.find(({ index }) => index === 0)?.error;
  return { trials, best, table: () => trialTable(trials) };
}

/** The folds of a point are adjacent, so that its trial finishes early. */
function tasksOf(points: readonly GridPoint[], { k, seed }: Search): TrialTask[] {
  return points.flatMap((point, trial) =>
    Array.from({ length: k }, (_, fold) => ({
      trial,
      point,
      fold,
      seed: wholeNumber('gridSearch', 'seed', seed + fold),
    })),
  );
}
