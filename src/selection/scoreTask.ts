import { inNameOf } from '../core/errors.js';
import type { Model } from '../models/index.js';
import { withJointSignal } from '../core/aborting.js';
import type { GridPoint, TrialTask } from './executor.js';
import type { Fold } from './kFold.js';
import { fitOptionsAt, type PointFit } from './pointOptions.js';
import { scoreFold, type BuildContext, type Scores } from './scores.js';

/** How to make and train the model of a point. */
export interface TrialFunctions<P> {
  /** Makes a new model for a point of the grid. It is disposed after its fold. */
  readonly build: (point: P, context: BuildContext) => Model | Promise<Model>;
  /**
   * Options of `fit`, or a function that makes them from a point. If it is an object, the point's `learningRate`,
   * `batchSize` and `epochs` replace those of the object.
   */
  readonly fit: PointFit<P>;
}

/** Scores one point on one fold in this thread. */
export async function scoreTask<P extends GridPoint>(
  { build, fit }: TrialFunctions<P>,
  point: P,
  folds: readonly Fold[],
  { fold, seed }: TrialTask,
  signal: AbortSignal | undefined,
): Promise<Scores> {
  try {
    const given = fitOptionsAt('gridSearch', fit, point);
    const make = (context: BuildContext): Model | Promise<Model> => build(point, context);
    const result = await withJointSignal([signal, given.signal], (joint) =>
      scoreFold('gridSearch', make, folds[fold]!, { fold, seed }, { ...given, signal: joint }),
    );
    return result.scores;
  } catch (error) {
    throw inNameOf('gridSearch', error);
  }
}
