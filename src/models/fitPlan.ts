import type { BatchSource, Dataset } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Callback } from './callbacks.js';
import type { BatchLog, EpochLog } from './logs.js';
import type { CustomMetric } from './metrics.js';
import type { TrainingSnapshot } from './snapshot.js';

/** Options with defaults, checked against model and data. */
export interface FitPlan {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly data: Dataset | BatchSource;
  readonly validation: Dataset | undefined;
  readonly batchSize: number;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly metrics: readonly CustomMetric[];
  /** Of the loss and the metrics. */
  readonly names: readonly string[];
  readonly callbacks: readonly Callback[];
  readonly onBatchEnd: ((log: BatchLog) => unknown) | undefined;
  readonly onEpochEnd: ((log: EpochLog) => unknown) | undefined;
  /** Who listens to batches; callbacks may look at the state, too. */
  readonly hears: 'functions' | 'callbacks' | undefined;
  readonly signal: AbortSignal | undefined;
  readonly progress: boolean;
  readonly worker: boolean;
  readonly from: TrainingSnapshot | undefined;
}
