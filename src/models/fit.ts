import { refuse } from '../core/errors.js';
import type { TrainingData } from '../data/index.js';
import type { BatchPrograms } from './batchPrograms.js';
import { makeEvaluator } from './evaluator.js';
import { checkFit, type FitOptions } from './fitOptions.js';
import type { FitPlan } from './fitPlan.js';
import type { InferenceModel } from './inferenceModel.js';
import type { History } from './logs.js';
import { TrainingRun } from './run.js';
import { Trainer } from './trainer.js';

/** Models with a training under way: two at once would take turns in changing the same weights. */
const busy = new WeakSet<InferenceModel>();

/** Trains by a checked plan. */
async function train(model: InferenceModel, plan: FitPlan): Promise<History> {
  const { loss, optimizer, batchSize, seed, metrics } = plan;
  const trainer = new Trainer(model.network, { loss, optimizer, batchSize, seed }, metrics);
  let evaluator: BatchPrograms | undefined;
  try {
    evaluator = plan.validation && makeEvaluator(model.network, loss, metrics);
    return await new TrainingRun(model, plan, trainer, evaluator).run();
  } finally {
    trainer.dispose();
    evaluator?.dispose();
  }
}

/** @internal Behind `model.fit`. */
export async function fit(model: InferenceModel, data: TrainingData, options: FitOptions): Promise<History> {
  const plan = checkFit(model, data, options);
  if (busy.has(model)) refuse(Error, 'fit', 'a model that is not being trained', 'one with a fit under way');
  busy.add(model);
  try {
    return await train(model, plan);
  } finally {
    busy.delete(model);
  }
}
