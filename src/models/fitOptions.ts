import { callable, finiteNumber, flag, knownOptions, show, wholeNumber } from '../core/checks.js';
import { Dataset, type BatchSource, type TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Callback } from './callbacks.js';
import type { BatchLog, EpochLog } from './logs.js';
import { resolveMetrics, type CustomMetric, type Metric } from './metrics.js';
import type { Trainable } from './trainable.js';
import { checkDataset, checkTrainingData } from './samples.js';
import type { TrainingSnapshot } from './snapshot.js';
import { checkTravel } from './worker/travel.js';

export interface FitOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Rows a step. Default 32. */
  readonly batchSize?: number;
  /** Passes over the data. Default 1. */
  readonly epochs?: number;
  /** A new order of rows every epoch. Default true; iterables are taken as they come. */
  readonly shuffle?: boolean;
  /** Seed of the order of rows and of dropout. Whole number >= 0, default 0. */
  readonly seed?: number;
  /** Data to evaluate after each epoch. */
  readonly validation?: TrainingData;
  /** Share of the rows, taken from the end before shuffling, kept for validation. Default 0. */
  readonly validationSplit?: number;
  readonly metrics?: readonly Metric[];
  readonly callbacks?: readonly Callback[];
  /** Called after every batch; a promise it returns is waited for. */
  readonly onBatchEnd?: (log: BatchLog) => unknown;
  /** Called after every epoch; a promise it returns is waited for. */
  readonly onEpochEnd?: (log: EpochLog) => unknown;
  /** Ends training after the batch under way. */
  readonly signal?: AbortSignal;
  /** A bar on a terminal, a line an epoch elsewhere. Default false. */
  readonly progress?: boolean;
  /**
   * Trains in a worker: the page or event loop stays free however long a step takes, and the weights come back into
   * this model at the end of every epoch and of training. The bits are those of training here. Callbacks, `onBatchEnd`,
   * `onEpochEnd`, `progress` and `signal` work as ever; whoever listens to batches is waited for. Rows are copied
   * once, or not at all when they lie in a SharedArrayBuffer. Data must come from `dataset(x, y)`; loss, optimiser,
   * schedule, layers, regularisers and metrics from this library: functions of one's own are refused. It runs on as many threads as
   * `init` found here: one when called from a page's main thread. Default false.
   */
  readonly worker?: boolean;
  /** Continues a run from where a snapshot was taken (see `resume` in `wasmgrad/io`). */
  readonly from?: TrainingSnapshot;
}

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
  readonly callbacks: readonly Callback[];
  readonly onBatchEnd: FitOptions['onBatchEnd'] | undefined;
  readonly onEpochEnd: FitOptions['onEpochEnd'] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly progress: boolean;
  readonly worker: boolean;
  readonly from: TrainingSnapshot | undefined;
}

const known = [
  'loss',
  'optimizer',
  'batchSize',
  'epochs',
  'shuffle',
  'seed',
  'validation',
  'validationSplit',
  'metrics',
  'callbacks',
  'onBatchEnd',
  'onEpochEnd',
  'signal',
  'progress',
  'worker',
  'from',
];

/** Training rows and validation rows. */
function splitData(model: Trainable, given: TrainingData, options: FitOptions): Pick<FitPlan, 'data' | 'validation'> {
  const share = finiteNumber('fit', 'validationSplit', options.validationSplit ?? 0, { min: 0, below: 1 });
  const { validation } = options;
  if (validation !== undefined && share > 0)
    throw new TypeError('fit: expected validation or validationSplit, got both');
  const data = checkTrainingData('fit', given, model);
  if (validation !== undefined) return { data, validation: checkDataset('fit: validation', validation, model) };
  if (share === 0) return { data, validation: undefined };
  if (!(data instanceof Dataset))
    throw new TypeError('fit: expected a dataset to split for validation, got an iterable of batches');
  const kept = Math.floor(data.size * (1 - share) + 1e-9); // 10 * (1 - 0.9) is a little less than 1
  if (kept < 1 || kept >= data.size) {
    throw new RangeError(`fit: expected validationSplit to leave rows on both sides of ${data.size}, got ${share}`);
  }
  return { data: data.slice(0, kept), validation: data.slice(kept, data.size) };
}

/** Names the epoch log will have. */
function logNames(metrics: readonly CustomMetric[], validated: boolean): string[] {
  const names = ['loss', ...metrics.map(({ name }) => name)];
  return validated ? [...names, ...names.map(validationName)] : names;
}

/** `loss` to `valLoss`. */
export function validationName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Checks everything that can be checked before the first step. */
export function checkFit(model: Trainable, data: TrainingData, options: FitOptions): FitPlan {
  knownOptions('fit', options, known);
  const { signal, callbacks = [], from, onBatchEnd, onEpochEnd } = options;
  const { optimizer }: { optimizer: unknown } = options;
  if (typeof optimizer !== 'object' || optimizer === null || !('create' in optimizer)) {
    throw new TypeError(
      `fit: expected optimizer to be made by sgd(...), adam(...) or the like, got ${show(optimizer)}`,
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`fit: expected signal to be an AbortSignal, got ${show(signal)}`);
  const list: unknown = callbacks;
  if (!Array.isArray(list)) throw new TypeError(`fit: expected callbacks to be an array, got ${show(list)}`);
  if (onBatchEnd !== undefined) callable('fit', 'onBatchEnd', onBatchEnd);
  if (onEpochEnd !== undefined) callable('fit', 'onEpochEnd', onEpochEnd);
  const metrics = resolveMetrics('fit', options.metrics);
  const split = splitData(model, data, options);
  const names = logNames(metrics, split.validation !== undefined);
  for (const callback of callbacks) {
    const given: unknown = callback;
    if (typeof given !== 'object' || given === null)
      throw new TypeError(`fit: expected every callback to be an object, got ${show(given)}`);
    for (const monitor of callback.monitors ?? []) {
      if (!names.includes(monitor))
        throw new RangeError(`fit: expected monitor to be one of ${names.join(', ')}, got '${monitor}'`);
    }
  }
  const plan: FitPlan = {
    ...split,
    loss: callable('fit', 'loss', options.loss),
    optimizer: options.optimizer,
    batchSize: wholeNumber('fit', 'batchSize', options.batchSize ?? 32, { min: 1 }),
    epochs: wholeNumber('fit', 'epochs', options.epochs ?? 1, { min: 1 }),
    shuffle: flag('fit', 'shuffle', options.shuffle ?? true),
    seed: wholeNumber('fit', 'seed', options.seed ?? 0, { min: 0 }),
    progress: flag('fit', 'progress', options.progress ?? false),
    worker: flag('fit', 'worker', options.worker ?? false),
    metrics,
    callbacks,
    onBatchEnd,
    onEpochEnd,
    signal,
    from,
  };
  if (plan.worker) checkTravel(model, plan);
  return plan;
}
