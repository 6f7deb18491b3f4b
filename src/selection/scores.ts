import { refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import type { Shape } from '../core/shapes.js';
import type { Evaluation, FitOptions, History } from '../models/index.js';
import { Model } from '../models/index.js';
import { untilAborted } from '../core/aborting.js';
import type { Fold } from './kFold.js';

/** The loss and the value of each metric, by name. */
export type Scores = Evaluation;

/** The fold that a model is built for. */
export interface BuildContext {
  /** From 0. */
  readonly fold: number;
  /** A seed for the initial weights, different for every fold. */
  readonly seed: number;
  /** Shape of a row of the inputs. The folds of a table may have different numbers of them. */
  readonly inputShape: Shape;
}

/** Options of `fit` for every fold. Without a `seed`, the seed of the fold is used. */
export type FoldFitOptions = Omit<FitOptions, 'from'>;

/** A model's scores on the test rows, and the history of its training. */
export interface FoldResult {
  readonly scores: Scores;
  readonly history: History;
}

/**
 * Builds a model, trains it on a fold's training rows, scores it on the others, and frees it.
 * @throws what build, fit or evaluate throw; the signal's reason when aborted
 */
export async function scoreFold(
  where: string,
  build: (context: BuildContext) => Model | Promise<Model>,
  { train, test }: Fold,
  position: Omit<BuildContext, 'inputShape'>,
  options: FoldFitOptions,
): Promise<FoldResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const discard = (late: unknown): void => {
    if (late instanceof Model) late.dispose();
  };
  const model: unknown = await untilAborted<unknown>(
    signal,
    () => build({ ...position, inputShape: train.xShape }),
    discard,
  );
  if (!(model instanceof Model)) refuse(TypeError, where, 'build to return a model', show(model));
  try {
    const history = await model.fit(train, { ...options, seed: options.seed ?? position.seed });
    signal?.throwIfAborted();
    const { loss, lossWeights, metrics } = options;
    return {
      scores: model.evaluate(test, { loss, lossWeights, ...(metrics && { metrics }) }),
      history,
    };
  } finally {
    model.dispose();
  }
}

function reduce(scores: readonly Scores[], statistic: (values: readonly number[]) => number): Scores {
  const [first] = scores;
  const { loss, ...rest } = first ?? { loss: NaN };
  const of = (name: string): number => statistic(scores.map((fold) => fold[name] ?? NaN));
  return {
    loss: first ? of('loss') : loss,
    ...Object.fromEntries(Object.keys(rest).map((name) => [name, of(name)])),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of every score over the folds. */
export function meanScores(scores: readonly Scores[]): Scores {
  return reduce(scores, meanOf);
}

/** The standard deviation of every score over the folds: sqrt(mean (s - mean s)^2), as NumPy and scikit-learn. */
export function deviations(scores: readonly Scores[]): Scores {
  return reduce(scores, (values) => {
    const mean = meanOf(values);
    return Math.sqrt(meanOf(values.map((value) => (value - mean) * (value - mean))));
  });
}
