import { inNameOf } from '../core/errors.js';
import type { Model } from '../models/index.js';
import { withJointSignal } from '../core/aborting.js';
import type { GridPoint, Search, TaskContext, TrialResult, TrialTask } from './executor.js';
import type { Fold } from './kFold.js';
import { fitOptionsAt, type PointFit } from './pointOptions.js';
import { scoreFold, type BuildContext } from './scoreFold.js';

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

/** Runs one task in this thread. */
export async function scoreTask<P extends GridPoint>(
  where: string,
  { build, fit }: TrialFunctions<P>,
  point: P,
  folds: readonly Fold[],
  { fold, seed, epochs, from, ...watching }: TrialTask,
  { signal, onReport }: TaskContext,
): Promise<TrialResult> {
  try {
    const given = fitOptionsAt(where, fit, point);
    const make = (context: BuildContext): Model | Promise<Model> => build(point, context);
    const { history: _, ...result } = await withJointSignal([signal, given.signal], (joint) =>
      scoreFold(
        where,
        make,
        folds[fold]!,
        { fold, seed },
        { ...given, signal: joint, from, ...(epochs !== undefined && { epochs }) },
        { ...watching, onReport },
      ),
    );
    return result;
  } catch (error) {
    throw inNameOf(where, error);
  }
}

/** A search whose tasks run in this thread, for executors. */
export function searchOf<P extends GridPoint>(
  search: Omit<Search, 'run' | 'evaluate'>,
  functions: TrialFunctions<P>,
  folds: readonly Fold[],
  pointAt: (task: TrialTask) => P,
): Search {
  const { caller = 'gridSearch', signal } = search;
  const run: Search['run'] = (task, { onReport, ...context } = {}) =>
    withJointSignal([signal, context.signal === signal ? undefined : context.signal], (joint) =>
      scoreTask(caller, functions, pointAt(task), folds, task, { signal: joint, onReport }),
    );
  return { ...search, run, evaluate: async (task) => (await run(task)).scores };
}
