import { refuse } from '../core/errors.js';
import { callable, finiteNumber, flag, knownOptions, show, wholeNumber } from '../core/checks.js';
import { asTrainingData, Dataset, type TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { checkDataset, checkOptimizer, checkRows } from './batches.js';
import type { Callback } from './callbacks.js';
import type { FitPlan } from './fitPlan.js';
import type { InferenceModel } from './inferenceModel.js';
import type { BatchLog, EpochLog } from './logs.js';
import { resolveMetrics, type Metric } from './metrics.js';
import type { Network } from './network.js';
import type { TrainingSnapshot } from './snapshot.js';

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
   * this model at the end of every epoch and of training, with the same bits as without a worker. Losses, layers,
   * regularisers, metrics and schedules may be your own functions: they are called here, and the worker replays the
   * kernel calls they made. A schedule is asked for some steps in advance. Callbacks, `onBatchEnd`, `onEpochEnd`,
   * `progress` and `signal` work in the same way; the worker waits for those that listen to batches. Data must come
   * from `dataset(x, y)`; its rows are copied once, or not at all when they lie in a SharedArrayBuffer. The worker has as
   * many threads as `init` found here, and those of an isolated page's main thread too. Default false.
   */
  readonly worker?: boolean;
  /** Continues a run from where a snapshot was taken (see `resume` in `wasmgrad/io`). */
  readonly from?: TrainingSnapshot;
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
function splitData(
  network: Network,
  given: TrainingData,
  { validation, validationSplit = 0 }: FitOptions,
): Pick<FitPlan, 'data' | 'validation'> {
  const share = finiteNumber('fit', 'validationSplit', validationSplit, { min: 0, below: 1 });
  if (validation !== undefined && share > 0) refuse(TypeError, 'fit', 'validation or validationSplit', 'both');
  const data = asTrainingData('fit', given); // what comes in batches is checked as it comes
  if (data instanceof Dataset) checkRows('fit', data, network);
  if (validation !== undefined) return { data, validation: checkDataset('fit: validation', validation, network) };
  if (share === 0) return { data, validation };
  if (!(data instanceof Dataset))
    refuse(TypeError, 'fit', 'a dataset to split for validation', 'an iterable of batches');
  const kept = Math.floor(data.size * (1 - share) + 1e-9); // 10 * (1 - 0.9) is a little less than 1
  if (kept < 1 || kept >= data.size)
    refuse(RangeError, 'fit', `validationSplit to leave rows on both sides of ${data.size}`, share);
  return { data: data.slice(0, kept), validation: data.slice(kept) };
}

/** `loss` to `valLoss`. */
export function validationName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Callbacks that are objects, and monitor what the log will have. */
function checkCallbacks(callbacks: unknown, names: readonly string[]): void {
  if (!Array.isArray(callbacks)) refuse(TypeError, 'fit', 'callbacks to be an array', show(callbacks));
  for (const callback of callbacks as readonly unknown[]) {
    if (typeof callback !== 'object' || callback === null)
      refuse(TypeError, 'fit', 'every callback to be an object', show(callback));
    const { monitors = [] }: Callback = callback;
    for (const monitor of monitors)
      if (!names.includes(monitor))
        refuse(RangeError, 'fit', `monitor to be one of ${names.join(', ')}`, `'${monitor}'`);
  }
}

/** Checks everything that can be checked before the first step. */
export function checkFit(model: InferenceModel, data: TrainingData, options: FitOptions): FitPlan {
  knownOptions('fit', options, known);
  const { loss, optimizer, signal, callbacks = [], from, onBatchEnd, onEpochEnd } = options;
  const { batchSize = 32, epochs = 1, shuffle = true, seed = 0, progress = false, worker = false } = options;
  const count = (what: string, value: number, min: number): number => wholeNumber('fit', what, value, { min });
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, 'fit', 'signal to be an AbortSignal', show(signal));
  for (const [name, listener] of Object.entries({ onBatchEnd, onEpochEnd }))
    if (listener !== undefined) callable('fit', name, listener);
  const metrics = resolveMetrics('fit', options.metrics);
  const split = splitData(model.network, data, options);
  const names = ['loss', ...metrics.map(({ name }) => name)];
  checkCallbacks(callbacks, split.validation ? [...names, ...names.map(validationName)] : names);
  const plan: FitPlan = {
    ...split,
    loss: callable('fit', 'loss', loss),
    optimizer: checkOptimizer('fit', optimizer),
    batchSize: count('batchSize', batchSize, 1),
    epochs: count('epochs', epochs, 1),
    shuffle: flag('fit', 'shuffle', shuffle),
    seed: count('seed', seed, 0),
    progress: flag('fit', 'progress', progress),
    worker: flag('fit', 'worker', worker),
    names,
    metrics,
    callbacks,
    onBatchEnd,
    onEpochEnd,
    hears: callbacks.some((callback) => callback.onBatchEnd !== undefined) ? 'callbacks' : onBatchEnd && 'functions',
    signal,
    from,
  };
  if (plan.worker && !(plan.data instanceof Dataset))
    refuse(TypeError, 'fit', 'data made by dataset(x, y) with worker: true', 'an iterable of batches');
  return plan;
}
