export { sequential } from './sequential.js';
export {
  earlyStopping,
  type BatchLog,
  type Callback,
  type EarlyStoppingOptions,
  type EpochLog,
  type TrainingControl,
} from './callbacks.js';
export type { EvaluateOptions, Evaluation } from './evaluate.js';
export type { History } from './fit.js';
export type { FitOptions } from './fitOptions.js';
export type { CustomMetric, Metric } from './metrics.js';
export { Model, type ApplyOptions, type ModelInput } from './model.js';
export type { NetworkOptions, Weight, WeightTree } from './network.js';
export type { Predictor, PredictorOptions } from './predictor.js';
export type { TrainingSnapshot } from './snapshot.js';
export { Trainer, type StepOptions, type TrainerOptions } from './trainer.js';
