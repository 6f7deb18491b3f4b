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
export { http } from './http/http.js';
export type { HttpOptions } from './http/options.js';
export { joinSearch, type JoinOptions } from './http/join.js';

// Searches over a space
export { choice, integer, logUniform, uniform, type IntegerOptions, type Parameter } from './search/parameter.js';
export type { ValueOf } from './search/parameter.js';
export type { Space, SpacePoint } from './search/space.js';
export { randomSearch, type RandomSearchOptions, type TrialLimits } from './search/randomSearch.js';
export {
  hyperband,
  successiveHalving,
  type HalvingEpochs,
  type HyperbandOptions,
  type SuccessiveHalvingOptions,
} from './search/halving.js';
export { tpe, type TpeOptions } from './search/tpe.js';
export type { SpaceSearch } from './search/engine.js';
export type { SearchOptions } from './search/options.js';
export type { PruningRule } from './search/pruning.js';
export type { FinishedTask, SearchState } from './search/journal.js';
