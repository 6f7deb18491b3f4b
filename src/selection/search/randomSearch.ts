import { knownOptions, wholeNumber } from '../../core/checks.js';
import { seedWords } from '../../tensors/creation.js';
import { runSearch, type SpaceSearch } from './engine.js';
import type { Job, Point, Strategy } from './strategy.js';
import { checkSearch, type SearchOptions } from './options.js';
import { checkPruning, MedianRule, type PruningRule } from './pruning.js';
import { Random } from './random.js';
import { Choice } from './parameter.js';
import { pointAt, type Space, type SpacePoint } from './space.js';

/** Options of searches that may run any number of trials. */
export interface TrialLimits {
  /** Number of trials. Default 20, or no limit when `seconds` are given. */
  readonly trials?: number | undefined;
  /**
   * Gives up trainings whose score after an epoch is worse than the median of earlier trials after that epoch. Trials
   * then run in batches of `batch`, each compared with those of the batches before, so that the answer does not depend
   * on what happens to end first. Default: none.
   */
  readonly pruning?: PruningRule | undefined;
}

export interface RandomSearchOptions<S extends Space> extends SearchOptions<S>, TrialLimits {
  /** Trials of a batch, which an executor may run at the same time; it counts only with `pruning`. Default 4. */
  readonly batch?: number | undefined;
}

/** Checked limits. */
export function checkLimits(
  where: string,
  {
    trials,
    pruning,
    batch = 4,
    seconds,
  }: TrialLimits & { readonly batch?: number | undefined; readonly seconds?: number | undefined },
): { readonly total: number; readonly size: number; readonly rule: PruningRule | undefined } {
  const total =
    trials === undefined ? (seconds === undefined ? 20 : Infinity) : wholeNumber(where, 'trials', trials, { min: 1 });
  return { total, size: wholeNumber(where, 'batch', batch, { min: 1 }), rule: checkPruning(where, pruning) };
}

/** A point at random. Its numbers depend on seed and number alone. */
export function randomPoint<S extends Space>(space: S, key: readonly [number, number], index: number): Point<S> {
  const random = new Random(key, index);
  return pointAt(space, (_, parameter) =>
    parameter instanceof Choice ? random.below(parameter.options.length) : random.next(),
  );
}

function* numbered<P>(begin: number, end: number, jobAt: (index: number) => Job<P>): Generator<Job<P>, void> {
  for (let index = begin; index < end; index++) yield jobAt(index);
}

/**
 * Trains and scores points that are drawn at random from a space, and ranks them.
 *
 * Trial i draws its point from the seed and i alone, so that one seed reproduces every number with any executor, and a
 * search with more trials begins with the same ones. Folds, seeds of trainings, failed trials and the ranking are those
 * of `gridSearch`.
 *
 * @throws TypeError, RangeError for unknown or impossible options, before any training; FormatError for a `resume` of
 *   another search; the first trial's error when all trials have failed; the signal's reason when aborted
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * import { integer, logUniform, randomSearch } from 'wasmgrad/selection';
 * await init();
 * const { best, table } = await randomSearch({
 *   build: ({ units }, { seed }) =>
 *     sequential({ inputShape: [1], seed }, [dense({ units, activation: 'tanh' }), dense({ units: 1 })]),
 *   space: { learningRate: logUniform(1e-3, 1), units: integer(1, 8) },
 *   data: dataset([[0], [1], [2], [3], [4], [5]], [[0], [1], [0], [1], [0], [1]]),
 *   fit: { loss: meanSquaredError(), optimizer: sgd(), epochs: 5 },
 *   folds: 3,
 *   trials: 4,
 * });
 * console.log(best.point.units >= 1, table().split('\n').length); // true 5
 * ```
 */
export async function randomSearch<const S extends Space>(
  options: RandomSearchOptions<S>,
): Promise<SpaceSearch<SpacePoint<S>>> {
  const where = 'randomSearch';
  const monitor = checkSearch(where, options, ['trials', 'pruning', 'batch']);
  const { space, seed } = knownOptions(where, options, Object.keys(options));
  const { total, size, rule } = checkLimits(where, options);
  const key = seedWords(where, seed);
  const jobAt = (index: number): Job<Point<S>> => ({ index, point: randomPoint(space, key, index) });
  const strategy = function* (): Strategy<Point<S>> {
    if (!rule) yield numbered(0, total, jobAt);
    if (!rule) return;
    const median = new MedianRule(rule, monitor);
    for (let begin = 0; begin < total; begin += size)
      median.learn(
        yield numbered(begin, Math.min(total, begin + size), (index) => ({ ...jobAt(index), ...median.job() })),
      );
  };
  return runSearch(options, { where, ...monitor, total, strategy });
}
