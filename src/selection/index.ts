export { kFold, type Fold, type KFoldOptions } from './kFold.js';
export { crossValidate, type CrossValidateOptions, type CrossValidation } from './crossValidate.js';
export { gridSearch, type GridSearch, type GridSearchOptions, type SearchProgress } from './gridSearch.js';
export {
  inProcess,
  type Executor,
  type ExecutorSession,
  type GridPoint,
  type GridValue,
  type Search,
  type TrialTask,
} from './executor.js';
export type { Grid, PointOf } from './grid.js';
export type { PointFit } from './pointOptions.js';
export type { BuildContext, FoldFitOptions, Scores } from './scores.js';
export type { Trial } from './trials.js';
export { defineTrials, type Trials } from './defineTrials.js';
export type { TrialFunctions } from './scoreTask.js';
export { workerPool, type WorkerPoolOptions } from './workerPool.js';
export type { AnyWorker, NodeWorker } from '../runtime/worker.js';
