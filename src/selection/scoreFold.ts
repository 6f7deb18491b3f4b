// One training of a search or cross-validation.
import { refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import type { Shape } from '../core/shapes.js';
import type { FitOptions, History } from '../models/index.js';
import { Model } from '../models/index.js';
import { untilAborted } from '../core/aborting.js';
import { watch, type WatchOptions } from './epochWatch.js';
import type { TrialResult } from './executor.js';
import type { Fold } from './kFold.js';
import type { Scores } from './scores.js';

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

/** The result of a training, and its history. */
export interface FoldResult extends TrialResult {
  readonly history: History;
}

/** Trains a model on a fold's training rows, and scores it on the others. */
async function train(
  model: Model,
  { train: rows, test }: Pick<Fold, 'train' | 'test'>,
  options: FitOptions,
  watching: WatchOptions,
): Promise<FoldResult> {
  const { loss, lossWeights, metrics, epochs = 1, callbacks = [] } = options;
  const given: unknown = callbacks; // anything but an array is refused by fit
  const score = (of: Model): Scores => of.evaluate(test, { loss, lossWeights, ...(metrics && { metrics }) });
  const watched = watch(watching, epochs, score);
  const all = Array.isArray(given) ? [...callbacks, watched.callback] : callbacks;
  const history = await model.fit(rows, { ...options, callbacks: all });
  options.signal?.throwIfAborted();
  const { isPruned, reports, snapshot } = watched;
  return {
    scores: score(model),
    epochs: history.epochs.length,
    ...(history.stopped === 'earlyStopping' && { ended: isPruned ? 'pruned' : 'stopped' }),
    ...(watching.reports && { reports }),
    ...(snapshot && { snapshot }),
    history,
  };
}

/**
 * Builds a model, trains it on a fold's training rows, scores it on the others, and frees it.
 * @throws what build, fit or evaluate throw; the signal's reason when aborted
 */
export async function scoreFold(
  where: string,
  build: (context: BuildContext) => Model | Promise<Model>,
  { train: rows, test }: Fold,
  position: Omit<BuildContext, 'inputShape'>,
  options: FitOptions,
  watching: WatchOptions = {},
): Promise<FoldResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const discard = (late: unknown): void => {
    if (late instanceof Model) late.dispose();
  };
  const model: unknown = await untilAborted<unknown>(
    signal,
    () => build({ ...position, inputShape: rows.xShape }),
    discard,
  );
  if (!(model instanceof Model)) refuse(TypeError, where, 'build to return a model', show(model));
  try {
    return await train(model, { train: rows, test }, { ...options, seed: options.seed ?? position.seed }, watching);
  } finally {
    model.dispose();
  }
}
