import { refuse } from '../core/errors.js';
import { callable, finiteNumber, flag, isPlain, knownOptions, show, wholeNumber } from '../core/checks.js';
import { asTrainingData, Dataset, type BatchSource, type TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import { checkOptimizer } from '../optimizers/checkOptimizer.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { validationName, type BatchLog, type EpochLog, type Metrics } from './history.js';
import type { InferenceModel } from './inferenceModel.js';
import { checkDataset, checkRows, lossOf, type LossOptions } from './inputs.js';
import { exactingOf, isOwn, resolveMetrics, type CustomMetric, type Metric } from './metrics.js';
import type { Network } from './network.js';
import type { TrainingSnapshot } from './snapshot.js';

/** What a callback of a model of class `M` may do. */
export interface ControlOf<M> {
  readonly model: M;
  /** Everything needed to go on from here bit by bit. */
  readonly snapshot: () => TrainingSnapshot;
  /** Ends training after this epoch; `history.stopped` becomes `'earlyStopping'`. */
  readonly stop: () => void;
}

/** Code that runs beside training. Every part is optional; a promise it returns is waited for. */
export interface CallbackOf<M> {
  /** Names of log entries that must exist; an unknown one is an error before training starts. */
  readonly monitors?: readonly string[] | undefined;
  /** Whether it takes what is usual to be better of these: of a metric that is not the library's, fit asks for `mode`. */
  readonly usualMode?: boolean | undefined;
  onTrainBegin?(control: ControlOf<M>): unknown;
  onBatchEnd?(log: BatchLog, control: ControlOf<M>): unknown;
  onEpochEnd?(log: EpochLog, control: ControlOf<M>): unknown;
  /** Runs whatever ends training, errors included. */
  onTrainEnd?(control: ControlOf<M>): unknown;
}

/** Options of `fit` for a model of class `M`. */
export interface FitOptionsOf<M, Given extends Metrics = readonly Metric[]> extends LossOptions {
  readonly optimizer: Optimizer;
  /** Rows a step. Default 32. */
  readonly batchSize?: number | undefined;
  /** Passes over the data. Default 1. */
  readonly epochs?: number | undefined;
  /** A new order of rows every epoch. Default true; iterables are taken as they come. */
  readonly shuffle?: boolean | undefined;
  /** Seed of the order of rows and of dropout. Whole number >= 0, default 0. */
  readonly seed?: number | undefined;
  /** Data to evaluate after each epoch. */
  readonly validation?: TrainingData | undefined;
  /** Share of the rows, taken from the end before shuffling, kept for validation. Default 0. */
  readonly validationSplit?: number | undefined;
  /** Measured after every batch, averaged over the epoch, and part of its log under their names. */
  readonly metrics?: Given | undefined;
  readonly callbacks?: readonly CallbackOf<M>[] | undefined;
  /** Called after every batch; a promise it returns is waited for. */
  readonly onBatchEnd?: ((log: BatchLog) => unknown) | undefined;
  /** Called after every epoch; a promise it returns is waited for. */
  readonly onEpochEnd?: ((log: EpochLog<NoInfer<Given>>) => unknown) | undefined;
  /** Ends training after the batch under way. */
  readonly signal?: AbortSignal | undefined;
  /** A bar on a terminal, a line an epoch elsewhere. Default false. */
  readonly progress?: boolean | undefined;
  /**
   * Trains in a worker: the page or event loop stays free however long a step takes, and the weights come back into
   * this model at the end of every epoch and of training, with the same bits as without a worker. Losses, layers,
   * regularisers, metrics and schedules may be your own functions: they are called here, and the worker replays the
   * kernel calls they made. A schedule is asked for some steps in advance. Callbacks, `onBatchEnd`, `onEpochEnd`,
   * `progress` and `signal` work in the same way; the worker waits for those that listen to batches. Data must come
   * from `dataset(x, y)`; its rows are copied once, or not at all when they lie in a SharedArrayBuffer. The worker has as
   * many threads as `init` found here, and those of an isolated page's main thread too. Default false.
   */
  readonly worker?: boolean | undefined;
  /** Continues a run from where a snapshot was taken (see `resume` in `wasmgrad/io`). */
  readonly from?: TrainingSnapshot | undefined;
}

/** Options with defaults, checked against model and data. */
export interface FitPlan<M> {
  readonly loss: Loss;
  /** What of loss and metrics takes no class indices as targets. */
  readonly exacting: string | undefined;
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
  /** `onBatchEnd` and `onEpochEnd`, then the callbacks. */
  readonly callbacks: readonly CallbackOf<M>[];
  /** Whether anyone needs each batch's log, or the weights after it too. */
  readonly batchListeners: 'none' | 'log' | 'state';
  readonly signal: AbortSignal | undefined;
  readonly progress: boolean;
  readonly worker: boolean;
  readonly from: TrainingSnapshot | undefined;
}

const known = [
  'loss',
  'lossWeights',
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
  { validation, validationSplit = 0 }: FitOptionsOf<never>,
  exacting: string | undefined,
): Pick<FitPlan<never>, 'data' | 'validation'> {
  const share = finiteNumber('fit', 'validationSplit', validationSplit, { min: 0, below: 1 });
  if (validation !== undefined && share > 0) refuse(TypeError, 'fit', 'validation or validationSplit', 'both');
  const source = asTrainingData('fit', given); // what comes in batches is checked as it comes
  const data = source instanceof Dataset ? checkRows('fit', source, network, exacting) : source;
  if (validation !== undefined)
    return { data, validation: checkDataset('fit: validation', validation, network, exacting) };
  if (share === 0) return { data, validation };
  if (!(data instanceof Dataset))
    refuse(TypeError, 'fit', 'a dataset to split for validation', 'an iterable of batches');
  const kept = Math.floor(data.size * (1 - share) + 1e-9); // 10 * (1 - 0.9) is a little less than 1
  if (kept < 1 || kept >= data.size)
    refuse(RangeError, 'fit', `validationSplit to leave rows on both sides of ${data.size}`, share);
  return { data: data.slice(0, kept), validation: data.slice(kept) };
}

function checkListener(name: string, listener: unknown): void {
  if (listener !== undefined) callable('fit', name, listener);
}

/** Callbacks that are objects, and monitor what the log will have. */
function checkCallbacks(callbacks: unknown, names: readonly string[], custom: readonly string[]): void {
  if (!Array.isArray(callbacks)) refuse(TypeError, 'fit', 'callbacks to be an array', show(callbacks));
  for (const callback of callbacks as readonly unknown[]) {
    if (typeof callback !== 'object' || callback === null)
      refuse(TypeError, 'fit', 'every callback to be an object', show(callback));
    const { monitors = [], usualMode }: CallbackOf<never> = callback;
    for (const hook of ['onTrainBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'])
      checkListener(hook, Reflect.get(callback, hook));
    if (!Array.isArray(monitors)) refuse(TypeError, 'fit', 'monitors to be an array', show(monitors));
    for (const monitor of monitors as readonly string[])
      if (!names.includes(monitor))
        refuse(RangeError, 'fit', `monitor to be one of ${names.join(', ')}`, show(monitor));
      else if (usualMode && custom.includes(monitor))
        refuse(TypeError, 'fit', `mode 'min' or 'max' to monitor ${monitor}, which is not the library's`, 'none');
  }
}

/** All listeners in the order in which they are told: the functions among the options, which get the log alone, come first. */
function listeners<M>(
  { callbacks = [], onBatchEnd, onEpochEnd }: FitOptionsOf<M>,
  names: readonly string[],
  custom: readonly string[],
): Pick<FitPlan<M>, 'callbacks' | 'batchListeners'> {
  checkCallbacks(callbacks, names, custom);
  checkListener('onBatchEnd', onBatchEnd);
  checkListener('onEpochEnd', onEpochEnd);
  const functions: CallbackOf<M> = { onBatchEnd: (log) => onBatchEnd?.(log), onEpochEnd: (log) => onEpochEnd?.(log) };
  const listening = callbacks.some((callback) => callback.onBatchEnd !== undefined);
  return { callbacks: [functions, ...callbacks], batchListeners: listening ? 'state' : onBatchEnd ? 'log' : 'none' };
}

type Settings = Pick<
  FitPlan<never>,
  'optimizer' | 'batchSize' | 'epochs' | 'shuffle' | 'seed' | 'progress' | 'worker' | 'signal' | 'from'
>;

/** @internal What can be checked of options of `fit` without a model and data, with defaults; errors name `where`. */
export function checkSettings(where: string, options: FitOptionsOf<never>): Settings {
  knownOptions(where, options, known);
  const { batchSize = 32, epochs = 1, shuffle = true, seed = 0, progress = false, worker = false } = options;
  const { optimizer, signal, from } = options;
  const count = (what: string, value: number, min: number): number => wholeNumber(where, what, value, { min });
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, where, 'signal to be an AbortSignal', show(signal));
  if (from !== undefined && !isSnapshot(from)) refuse(TypeError, where, 'from to be a snapshot', show(from));
  return {
    optimizer: checkOptimizer(where, optimizer),
    batchSize: count('batchSize', batchSize, 1),
    epochs: count('epochs', epochs, 1),
    shuffle: flag(where, 'shuffle', shuffle),
    seed: count('seed', seed, 0),
    progress: flag(where, 'progress', progress),
    worker: flag(where, 'worker', worker),
    signal,
    from,
  };
}

/** Whether the parts of a snapshot are there; that their values fit is checked when they are put back. */
function isSnapshot(from: unknown): boolean {
  if (!isPlain(from)) return false;
  const { weights, slots, log, sums } = from;
  return [weights, slots].every(isPlain) && [log, sums].every(Array.isArray);
}

/** @internal Checks everything that can be checked before the first step. */
export function checkFit<M extends InferenceModel>(
  { network }: M,
  given: TrainingData,
  options: FitOptionsOf<M>,
): FitPlan<M> {
  const settings = checkSettings('fit', options);
  const loss = lossOf('fit', network, options);
  const metrics = resolveMetrics('fit', network, options);
  const exacting = exactingOf(loss, metrics);
  const { data, validation } = splitData(network, given, options, exacting);
  if (settings.worker && !(data instanceof Dataset))
    refuse(TypeError, 'fit', 'data made by dataset(x, y) with worker: true', 'an iterable of batches');
  const names = ['loss', ...metrics.map(({ name }) => name)];
  const custom = names.filter((_, i) => i > 0 && !isOwn(options.metrics?.[i - 1]));
  const logged = (of: readonly string[]): string[] => (validation ? [...of, ...of.map(validationName)] : [...of]);
  return {
    ...settings,
    ...listeners(options, logged(names), logged(custom)),
    data,
    validation,
    loss,
    exacting,
    names,
    metrics,
  };
}
