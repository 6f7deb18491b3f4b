export { kFold, type Fold, type KFoldOptions } from './kFold.js';
export { crossValidate, type CrossValidateOptions, type CrossValidation } from './crossValidate.js';
export { gridSearch, type GridSearch, type GridSearchOptions, type SearchProgress } from './gridSearch.js';
export {
  inProcess,
  type EpochReport,
  type Executor,
  type ExecutorSession,
  type GridPoint,
  type GridValue,
  type Pruning,
  type Search,
  type Splitting,
  type TaskContext,
  type TrialResult,
  type TrialTask,
} from './executor.js';
export type { Grid, PointOf } from './grid.js';
export type { PointFit } from './pointOptions.js';
export type { BuildContext, FoldFitOptions } from './scoreFold.js';
export type { Scores } from './scores.js';
export type { Trial } from './trials.js';
export { defineTrials, type Trials } from './defineTrials.js';
export type { TrialFunctions } from './scoreTask.js';
export { workerPool, type WorkerPoolOptions } from './workerPool.js';
export type { AnyWorker, NodeWorker } from '../runtime/worker.js';

// Executors on other machines
export { fingerprint, fingerprintMismatch, type Fingerprint } from './fingerprint.js';
export { openSearch, packSearch, type OpenedSearch, type SharedSearch } from './sharedSearch.js';
export { pack, unpack } from './packing.js';
export { packError, unpackError, type PackedError } from './messages.js';
export { runTask, taskKey } from './runTask.js';
