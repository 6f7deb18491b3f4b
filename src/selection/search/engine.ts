// Runs the trainings that a strategy asks for, and ranks the trials.
import { wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { Preprocessing } from '../../data/index.js';
import type { History, Model } from '../../models/index.js';
import { inProcess } from '../executor.js';
import { searchOf } from '../scoreTask.js';
import { foldsOf } from '../sharedSearch.js';
import { withExecutor } from '../tasks.js';
import { TrialBook, trialTable, type Trial } from '../trials.js';
import { Ending } from './ending.js';
import { Journal, type SearchState } from './journal.js';
import type { Monitor, SearchOptions } from './options.js';
import { refitted } from './refit.js';
import { Running } from './running.js';
import type { Space, SpacePoint } from './space.js';
import type { Job, Point, Strategy } from './strategy.js';

/** The result of a search. */
export interface SpaceSearch<P> {
  /** All trials of which all folds are done, ranked. */
  readonly trials: readonly Trial<P>[];
  readonly best: Trial<P>;
  /** The ranked trials as text. */
  readonly table: () => string;
  /** What `resume` of the same search with more trials goes on from. */
  readonly state: SearchState;
  /** With `refit`: a model trained on all rows with the best point. It belongs to the caller, who disposes of it. */
  readonly model?: Model | undefined;
  /** With `refit`: the history of its training. */
  readonly history?: History | undefined;
  /** With `refit` on a table: fitted on all rows, for `saveModel(model, { preprocessing })`. */
  readonly preprocessing?: Preprocessing | undefined;
}

/** What a search consists of besides its options. */
export interface Plan<S extends Space> extends Monitor {
  readonly where: string;
  /** Trials, rungs of one trial being several; Infinity without a limit. */
  readonly total: number;
  readonly strategy: () => Strategy<Point<S>>;
}

/** Runs a search by checked options. */
export async function runSearch<S extends Space>(
  options: SearchOptions<S>,
  plan: Plan<S>,
): Promise<SpaceSearch<SpacePoint<S>>> {
  const { where, monitor, mode } = plan;
  const { data, build, fit, holdOut, seed = 0, stratified = false, timeOrdered = false, signal } = options;
  const { executor = inProcess() } = options;
  const k = holdOut === undefined ? (options.folds ?? 5) : 1;
  const splitting = { caller: where, k, seed, stratified, timeOrdered, ...(holdOut !== undefined && { holdOut }) };
  const folds = foldsOf(where, data, splitting);
  wholeNumber(where, 'seed', seed + (k - 1));
  const journal = new Journal(where, { data, ...splitting }, options.resume);
  const ending = new Ending(signal, options.seconds);
  const book = new TrialBook<Point<S>>(k);
  const points = new Map<number, Point<S>>();
  const search = searchOf<Point<S>>({ data, ...splitting, signal: ending.signal }, { build, fit }, folds, ({ trial }) =>
    points.get(trial)!,
  );
  const running = new Running(options, search, journal, book, plan);
  await ending.during(() =>
    withExecutor(executor, search, async (runTasks) => {
      const strategy = plan.strategy();
      const noted = function* (jobs: Iterable<Job<Point<S>>>): Generator<Job<Point<S>>, void> {
        for (const job of jobs) {
          points.set(job.index, job.point);
          yield job;
        }
      };
      for (let step = strategy.next(); !step.done;)
        step = strategy.next(await running.run(noted(step.value), runTasks));
    }),
  );
  const trials = book.ranked(monitor, mode);
  const [best] = trials;
  if (!best) refuse(RangeError, where, `at least one trial to end within ${options.seconds ?? 0} seconds`, 'none');
  if ('error' in best) throw [...trials].sort((a, b) => a.index - b.index)[0]?.error;
  const again = options.refit ? await refitted(where, options, best) : {};
  return { trials, best, table: () => trialTable(trials), state: journal.state, ...again };
}
