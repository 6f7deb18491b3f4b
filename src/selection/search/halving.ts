import { finiteNumber, isPlain, knownOptions, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { seedWords } from '../../tensors/creation.js';
import { compareAll, scoreOf } from '../trials.js';
import { runSearch, type SpaceSearch } from './engine.js';
import type { Job, JobResult, Point, Strategy } from './strategy.js';
import { checkSearch, type Monitor, type SearchOptions } from './options.js';
import { randomPoint } from './randomSearch.js';
import type { Space, SpacePoint } from './space.js';

/** A step of a bracket: so many of its points are trained for so many epochs in all. */
export interface Rung {
  readonly trials: number;
  readonly epochs: number;
}

/** Epochs of halving searches. */
export interface HalvingEpochs {
  /** Epochs of the points that get furthest. */
  readonly maxEpochs: number;
  /** Epochs after which the first points are given up. Default 1. */
  readonly minEpochs?: number | undefined;
  /** One of so many points goes on, with so many times the epochs. A number >= 2, default 3. */
  readonly eta?: number | undefined;
}

export interface SuccessiveHalvingOptions<S extends Space> extends SearchOptions<S>, HalvingEpochs {
  /** Points at the beginning. Default: as many as leave one point for the last step, e.g. 81 for 81 epochs. */
  readonly trials?: number | undefined;
}

export interface HyperbandOptions<S extends Space> extends SearchOptions<S>, HalvingEpochs {
  /** Points at most: brackets that have no points left are not run. Default: no limit. */
  readonly trials?: number | undefined;
}

interface Budget {
  readonly min: number;
  readonly max: number;
  readonly eta: number;
  /** Steps after the first: the largest s with min * eta^s <= max. */
  readonly steps: number;
}

function checkBudget(where: string, { maxEpochs, minEpochs = 1, eta = 3 }: HalvingEpochs): Budget {
  const max = wholeNumber(where, 'maxEpochs', maxEpochs, { min: 1 });
  const min = wholeNumber(where, 'minEpochs', minEpochs, { min: 1, max });
  finiteNumber(where, 'eta', eta, { min: 2 });
  let steps = 0;
  for (let epochs = min * eta; epochs <= max * (1 + 1e-12); epochs *= eta) steps++;
  return { min, max, eta, steps };
}

/** The steps of a bracket of `trials` points, the last of which has `max` epochs. One point is always left. */
function rungsOf(trials: number, { max, eta }: Budget, steps: number): Rung[] {
  return Array.from({ length: steps + 1 }, (_, i) => ({
    trials: Math.max(1, Math.floor(trials / eta ** i + 1e-9)),
    epochs: Math.max(1, Math.round(max / eta ** (steps - i))),
  }));
}

/** The brackets of Hyperband (Li et al. 2018, algorithm 1), those with the most points first. */
export function bracketsOf(where: string, epochs: HalvingEpochs, trials = Infinity): Rung[][] {
  const budget = checkBudget(where, epochs);
  const { steps, eta } = budget;
  let left = trials;
  const brackets: Rung[][] = [];
  for (let s = steps; s >= 0 && left > 0; s--) {
    const points = Math.min(left, Math.ceil(((steps + 1) / (s + 1)) * eta ** s - 1e-9));
    left -= points;
    brackets.push(rungsOf(points, budget, s));
  }
  return brackets;
}

/** Trials of a rung, the best one first; those that failed are not among them. */
function bestOf<P>(results: readonly JobResult<P>[], { monitor, mode }: Monitor): JobResult<P>[] {
  const keyed = results
    .filter(({ trial }) => !('error' in trial))
    .map((result) => ({ result, keys: [scoreOf(result.trial, monitor, mode), result.trial.index] }));
  return keyed.sort((a, b) => compareAll(a.keys, b.keys)).map(({ result }) => result);
}

/** The same rung of all brackets runs at the same time; brackets do not depend on one another. */
function* halving<P>(
  brackets: readonly (readonly Rung[])[],
  pointAt: (index: number) => P,
  monitor: Monitor,
): Strategy<P> {
  let first = 0;
  let running = brackets.map((rungs) => {
    const [begin, { trials = 0 } = {}] = [first, rungs[0]];
    first += trials;
    return {
      rungs,
      trials: Array.from({ length: trials }, (_, i) => ({ index: begin + i, point: pointAt(begin + i) })),
    };
  });
  for (let step = 0; running.length > 0; step++) {
    const jobs = running.flatMap(({ rungs, trials }) =>
      trials.map((trial): Job<P> => ({ ...trial, epochs: rungs[step]?.epochs, keep: step + 1 < rungs.length })),
    );
    const results = new Map((yield jobs).map((result) => [result.trial.index, result]));
    running = running.flatMap(({ rungs, trials }) => {
      const next = rungs[step + 1];
      if (!next) return [];
      const own = trials.flatMap(({ index }) => results.get(index) ?? []);
      const kept = bestOf(own, monitor).slice(0, next.trials);
      return kept.length > 0 ? [{ rungs, trials: kept.map(({ trial: { index, point } }) => ({ index, point })) }] : [];
    });
  }
}

/** Refuses a space that has the epochs as a parameter, since the search decides about them. */
function checkEpochs(where: string, space: Space): void {
  if (isPlain(space) && 'epochs' in space)
    refuse(TypeError, where, 'a space without epochs, which the search chooses', 'space.epochs');
}

function runHalving<S extends Space>(
  where: string,
  options: SearchOptions<S>,
  monitor: Monitor,
  brackets: readonly (readonly Rung[])[],
): Promise<SpaceSearch<SpacePoint<S>>> {
  const key = seedWords(where, options.seed);
  const pointAt = (index: number): Point<S> => randomPoint(options.space, key, index);
  const total = brackets.flat().reduce((sum, { trials }) => sum + trials, 0);
  return runSearch(options, { where, ...monitor, total, strategy: () => halving(brackets, pointAt, monitor) });
}

const BUDGET = ['maxEpochs', 'minEpochs', 'eta', 'trials'];

/**
 * Trains many points for a few epochs, goes on with the best of them for more epochs, and so on (Jamieson and Talwalkar
 * 2016): after each step one of `eta` points is left and has `eta` times the epochs. A point goes on from a snapshot, with
 * the bits of a training that was never interrupted; callbacks begin anew, as after `resume`.
 *
 * Points are those of `randomSearch` with the same seed. Trials that got further rank first. `epochs` of `fit` are not
 * used.
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
 * import { logUniform, successiveHalving } from 'wasmgrad/selection';
 * await init();
 * const { best, trials } = await successiveHalving({
 *   build: (_, { seed }) => sequential({ inputShape: [1], seed }, [dense({ units: 1 })]),
 *   space: { learningRate: logUniform(1e-3, 0.1) },
 *   data: dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]),
 *   fit: { loss: meanSquaredError(), optimizer: sgd() },
 *   holdOut: 0.25,
 *   maxEpochs: 9,
 * });
 * console.log(trials.length, best.epochs); // 9 9
 * ```
 */
export async function successiveHalving<const S extends Space>(
  options: SuccessiveHalvingOptions<S>,
): Promise<SpaceSearch<SpacePoint<S>>> {
  const where = 'successiveHalving';
  const monitor = checkSearch(where, options, BUDGET);
  checkEpochs(where, options.space);
  const budget = checkBudget(where, options);
  const { steps, eta } = budget;
  const { trials = Math.ceil(eta ** steps - 1e-9) } = options;
  return runHalving(where, options, monitor, [
    rungsOf(wholeNumber(where, 'trials', trials, { min: 1 }), budget, steps),
  ]);
}

/**
 * Hyperband (Li et al. 2018): several brackets of successive halving, from many points with few epochs at the beginning to
 * few points with all epochs, so that it does not matter how soon scores tell good points from bad ones. With 81 epochs
 * and eta 3, the brackets begin with 81 points of 1 epoch, 34 of 3, 15 of 9, 8 of 27, and 5 of 81.
 *
 * A point goes on from a snapshot, with the bits of a training that was never interrupted; callbacks begin anew, as after
 * `resume`. Trials that got further rank first. `epochs` of `fit` are not used. The same step of all brackets may run at
 * the same time.
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
 * import { hyperband, logUniform } from 'wasmgrad/selection';
 * await init();
 * const { best, trials } = await hyperband({
 *   build: (_, { seed }) => sequential({ inputShape: [1], seed }, [dense({ units: 1 })]),
 *   space: { learningRate: logUniform(1e-3, 0.1) },
 *   data: dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]),
 *   fit: { loss: meanSquaredError(), optimizer: sgd() },
 *   holdOut: 0.25,
 *   maxEpochs: 9,
 * });
 * console.log(trials.length, best.epochs); // 17 9
 * ```
 */
export async function hyperband<const S extends Space>(
  options: HyperbandOptions<S>,
): Promise<SpaceSearch<SpacePoint<S>>> {
  const where = 'hyperband';
  const monitor = checkSearch(where, options, BUDGET);
  checkEpochs(where, options.space);
  const { trials } = knownOptions(where, options, Object.keys(options));
  if (trials !== undefined) wholeNumber(where, 'trials', trials, { min: 1 });
  return runHalving(where, options, monitor, bracketsOf(where, options, trials));
}
