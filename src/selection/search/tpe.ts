import { finiteNumber, wholeNumber } from '../../core/checks.js';
import { seedWords } from '../../tensors/creation.js';
import { compareAll, scoreOf } from '../trials.js';
import { runSearch, type SpaceSearch } from './engine.js';
import type { Job, JobResult, Point, Strategy } from './strategy.js';
import { checkSearch, type Monitor, type SearchOptions } from './options.js';
import { Choice } from './parameter.js';
import { densityOfChoice, densityOfRange, type Density } from './parzen.js';
import { MedianRule } from './pruning.js';
import { Random } from './random.js';
import { checkLimits, type TrialLimits } from './randomSearch.js';
import { pointAt, type Pick, type Space, type SpacePoint } from './space.js';

export interface TpeOptions<S extends Space> extends SearchOptions<S>, TrialLimits {
  /**
   * Trials that are chosen at the same time, and which an executor may run at the same time. Trials of a batch do not
   * know how the others end: 1 learns most from each (and runs its folds at the same time), larger ones keep more
   * workers busy. Default 1.
   */
  readonly batch?: number | undefined;
  /** Trials at random at the beginning. Default 10. */
  readonly startup?: number | undefined;
  /** Share of the trials that count as good, between 0 and 1. Default 0.15. */
  readonly gamma?: number | undefined;
  /** Values drawn for each parameter, of which the most promising one is taken. Default 24. */
  readonly candidates?: number | undefined;
}

/** The coordinates of a trial's parameters, by path. */
type Coordinates = ReadonlyMap<string, number>;

interface Learner {
  readonly startup: number;
  readonly gamma: number;
  readonly candidates: number;
}

/** What is known of the trials before a batch. */
class Knowledge {
  readonly #monitor: Monitor;
  readonly #learner: Learner;
  readonly #trials: { readonly keys: readonly number[]; readonly coordinates: Coordinates }[] = [];
  #good: readonly Coordinates[] = [];
  #bad: readonly Coordinates[] = [];

  constructor(monitor: Monitor, learner: Learner) {
    this.#monitor = monitor;
    this.#learner = learner;
  }

  learn(results: readonly JobResult<unknown>[], coordinatesOf: (index: number) => Coordinates | undefined): void {
    const { monitor, mode } = this.#monitor;
    for (const { trial } of results) {
      const keys = [
        Number('error' in trial),
        Number(trial.pruned ?? false),
        scoreOf(trial, monitor, mode),
        trial.index,
      ];
      this.#trials.push({ keys, coordinates: coordinatesOf(trial.index) ?? new Map() });
    }
    this.#trials.sort((a, b) => compareAll(a.keys, b.keys));
    const good = Math.ceil(this.#learner.gamma * this.#trials.length);
    this.#good = this.#trials.slice(0, good).map(({ coordinates }) => coordinates);
    this.#bad = this.#trials.slice(good).map(({ coordinates }) => coordinates);
  }

  /** Densities of a parameter's coordinates among good and bad trials that had it. */
  #densities(
    path: string,
    pending: readonly Coordinates[],
    density: (coordinates: readonly number[]) => Density,
  ): [Density, Density] {
    const of = (trials: readonly Coordinates[]): Density => density(trials.flatMap((trial) => trial.get(path) ?? []));
    return [of(this.#good), of([...this.#bad, ...pending])];
  }

  /**
   * Of coordinates drawn like the good ones, that with the largest ratio of the densities. Trials of which nothing is
   * known yet count as bad, so that a batch is spread out.
   */
  picker(random: Random, pending: readonly Coordinates[]): Pick {
    const isStarting = this.#trials.length < this.#learner.startup;
    return (path, parameter) => {
      const options = parameter instanceof Choice ? parameter.options.length : 0;
      if (isStarting) return options > 0 ? random.below(options) : random.next();
      const [good, bad] = this.#densities(path, pending, (values) =>
        options > 0 ? densityOfChoice(values, options) : densityOfRange(values),
      );
      let [best, most] = [0, -Infinity];
      for (let i = 0; i < this.#learner.candidates; i++) {
        const candidate = good.sample(random);
        const promise = good.logOf(candidate) - bad.logOf(candidate);
        if (promise > most) [best, most] = [candidate, promise];
      }
      return best;
    };
  }
}

function checkLearner(
  where: string,
  { startup = 10, gamma = 0.15, candidates = 24 }: Partial<Record<keyof Learner, number | undefined>>,
): Learner {
  return {
    startup: wholeNumber(where, 'startup', startup, { min: 1 }),
    gamma: finiteNumber(where, 'gamma', gamma, { above: 0, below: 1 }),
    candidates: wholeNumber(where, 'candidates', candidates, { min: 1, max: 1e6 }),
  };
}

/**
 * A tree-structured Parzen estimator (Bergstra et al. 2011): after some trials at random, each parameter is given the
 * value that is most likely among the best trials and least likely among the others. The best are a share `gamma` of
 * the trials; the likelihoods l and g are mixtures of normal distributions around the values tried, of logarithms for
 * `logUniform`, and frequencies for choices; of `candidates` values drawn from l, the one with the largest l / g is taken.
 * Parameters of an option learn from trials that had the option. Failed trials count as bad.
 *
 * Trials are chosen in batches of `batch`, from what is known after the batches before, so that one seed reproduces
 * every number with any executor, whatever happens to end first.
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
 * import { logUniform, tpe } from 'wasmgrad/selection';
 * await init();
 * const { best, trials } = await tpe({
 *   build: (_, { seed }) => sequential({ inputShape: [1], seed }, [dense({ units: 1 })]),
 *   space: { learningRate: logUniform(1e-4, 0.1) },
 *   data: dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]),
 *   fit: { loss: meanSquaredError(), optimizer: sgd(), epochs: 5 },
 *   holdOut: 0.25,
 *   trials: 16,
 * });
 * console.log(trials.length, best.point.learningRate > 0.01); // 16 true
 * ```
 */
export async function tpe<const S extends Space>(options: TpeOptions<S>): Promise<SpaceSearch<SpacePoint<S>>> {
  const where = 'tpe';
  const monitor = checkSearch(where, options, ['trials', 'pruning', 'batch', 'startup', 'gamma', 'candidates']);
  const { total, size, rule } = checkLimits(where, { ...options, batch: options.batch ?? 1 });
  const learner = checkLearner(where, options);
  const key = seedWords(where, options.seed);
  const strategy = function* (): Strategy<Point<S>> {
    const knowledge = new Knowledge(monitor, learner);
    const median = rule && new MedianRule(rule, monitor);
    for (let begin = 0; begin < total; begin += size) {
      const chosen = new Map<number, Coordinates>();
      const jobs = Array.from({ length: Math.min(size, total - begin) }, (_, i): Job<Point<S>> => {
        const coordinates = new Map<string, number>();
        const pick = knowledge.picker(new Random(key, begin + i), [...chosen.values()]);
        const point = pointAt(options.space, (path, parameter) => {
          const coordinate = pick(path, parameter);
          coordinates.set(path, coordinate);
          return coordinate;
        });
        chosen.set(begin + i, coordinates);
        return { index: begin + i, point, ...median?.job() };
      });
      const results = yield jobs;
      knowledge.learn(results, (index) => chosen.get(index));
      median?.learn(results);
    }
  };
  return runSearch(options, { where, ...monitor, total, strategy });
}
