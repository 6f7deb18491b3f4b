import { inNameOf, refuse } from '../../core/errors.js';
import { show } from '../../core/checks.js';
import { untilAborted, withJointSignal } from '../../core/aborting.js';
import { Table, type Preprocessing } from '../../data/index.js';
import { Model, type History } from '../../models/index.js';
import type { GridPoint } from '../executor.js';
import { fitOptionsAt } from '../pointOptions.js';
import type { TrialFunctions } from '../scoreTask.js';
import type { Trial } from '../trials.js';
import type { SearchOptions } from './options.js';

/** A model trained on all rows. */
export interface Refitted {
  readonly model: Model;
  readonly history: History;
  readonly preprocessing?: Preprocessing;
}

/** Trains the best point on all rows, with the search's seed, for as many epochs as its trial was given. */
export async function refitted<P extends GridPoint>(
  where: string,
  { build, fit, data, seed = 0, signal }: TrialFunctions<P> & Pick<SearchOptions<never>, 'data' | 'seed' | 'signal'>,
  { point, epochs }: Pick<Trial<P>, 'point' | 'epochs'>,
): Promise<Refitted> {
  const rows = data instanceof Table ? data.dataset : data;
  const context = { fold: 0, seed, inputShape: rows.xShape };
  const dispose = (late: unknown): void => {
    if (late instanceof Model) late.dispose();
  };
  const model: unknown = await untilAborted<unknown>(signal, () => build(point, context), dispose);
  if (!(model instanceof Model)) refuse(TypeError, where, 'build to return a model', show(model));
  try {
    const given = fitOptionsAt(where, fit, point);
    const history = await withJointSignal([signal, given.signal], (joint) =>
      model.fit(rows, { ...given, seed: given.seed ?? seed, signal: joint, ...(epochs !== undefined && { epochs }) }),
    );
    signal?.throwIfAborted();
    return { model, history, ...(data instanceof Table && { preprocessing: data.preprocessing }) };
  } catch (error) {
    model.dispose();
    throw inNameOf(where, error);
  }
}
