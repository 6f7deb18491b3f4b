import type { TrainingData } from '../data/index.js';
import { checkFit, type FitOptions } from './fitOptions.js';
import type { InferenceModel } from './inferenceModel.js';
import { train, type History } from './run.js';

/** Models with a training under way: two at once would take turns in changing the same weights. */
const busy = new WeakSet<InferenceModel>();

/** @internal Behind `model.fit`. */
export async function fit(model: InferenceModel, data: TrainingData, options: FitOptions): Promise<History> {
  const plan = checkFit(model, data, options);
  if (busy.has(model)) throw new Error('fit: expected a model that is not being trained, got one with a fit under way');
  busy.add(model);
  try {
    return await train(model, plan);
  } finally {
    busy.delete(model);
  }
}
