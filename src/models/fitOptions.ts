import { refuse } from '../core/errors.js';
import { callable, finiteNumber, flag, isPlain, knownOptions, show, wholeNumber } from '../core/checks.js';
import { Dataset, type BatchSource, type TrainingData } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import { checkOptimizer } from '../optimizers/checkOptimizer.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { validationName, type BatchLog, type EpochLog, type History, type Metrics } from './history.js';
import { listeners, type CallbackOf, type Listening } from './fitListeners.js';
import type { TrainableModel } from './inferenceModel.js';
import { checkRows, checkSource, lossOf, type LossOptions } from './inputs.js';
import { exactingOf, isOwn, resolveMetrics, type CheckedMetric, type Metric } from './metrics.js';
import type { Network } from './network.js';
import type { TrainingSnapshot } from './snapshot.js';
import type { PerOutput } from './several/ports.js';
import { withClassWeights, type ClassWeights } from './weighing.js';

/** It has the type of a method, as options for any model must be options for one of a class. */
type MakeReceipt<M> = {
  make(model: M, data: TrainingData, options: FitOptionsOf<M>): (history: History) => History;
}['make'];

/** Options of `fit` for a model of class `M`. */
export interface FitOptionsOf<M, Given extends Metrics = readonly Metric[]> extends LossOptions {
  readonly optimizer: Optimizer;
  /** Rows per step. Default 32. */
  readonly batchSize?: number | undefined;
  /** Epochs to train. Default 1. */
  readonly epochs?: number | undefined;
  /**
   * Batches of an epoch. Default: all of a pass over the data. The next epoch goes on where this one ended, and data
   * that end earlier are read again.
   */
  readonly stepsPerEpoch?: number | undefined;
  /** Number of batches whose gradients are averaged for one update; an epoch's last update has what is left. Default 1. */
  readonly accumulate?: number | undefined;
  /** Number of epochs that count as done: the first has the next number, and the order of rows that belongs to it. */
  readonly initialEpoch?: number | undefined;
  /** Ends training after the batch in which so much time has passed. Default: no limit. */
  readonly seconds?: number | undefined;
  /** Whether every epoch has a new order of rows. Default true; the order of iterables never changes. */
  readonly shuffle?: boolean | undefined;
  /** Seed of the order of rows and of dropout. Whole number >= 0, default 0. */
  readonly seed?: number | undefined;
  /** Data to evaluate after each epoch: rows, or batches from an iterable, of which there must be an end. */
  readonly validation?: TrainingData | undefined;
  /** Fraction of the rows for validation, taken from the end before shuffling. Default 0. */
  readonly validationSplit?: number | undefined;
  /** Of all rows of an epoch, during training; part of its log under their names. */
  readonly metrics?: Given | undefined;
  readonly callbacks?: readonly CallbackOf<M>[] | undefined;
  /** Called after every batch. `fit` awaits a promise it returns. */
  readonly onBatchEnd?: ((log: BatchLog) => unknown) | undefined;
  /** Called after every epoch. `fit` awaits a promise it returns. */
  readonly onEpochEnd?: ((log: EpochLog<NoInfer<Given>>) => unknown) | undefined;
  /** Ends training after the current batch. */
  readonly signal?: AbortSignal | undefined;
  /** Whether to show a bar on a terminal, or elsewhere a line for each epoch. Default false. */
  readonly progress?: boolean | undefined;
  /**
   * Trains in a worker: the page or event loop stays free even during long steps. The weights are copied back into this
   * model at the end of every epoch and of training, with the same bits as without a worker. Losses, layers,
   * regularisers, metrics and schedules may be your own functions: they are called on this thread, and the worker
   * replays their kernel calls. A schedule is called some steps in advance. Callbacks, `onBatchEnd`, `onEpochEnd`,
   * `progress` and `signal` work in the same way; the worker waits for those that are called after batches. Rows
   * of `dataset(x, y)` are copied once, or not at all when they lie in a SharedArrayBuffer; batches travel one by one. The worker
   * has as many threads as `init` reports here, and several also when started from the main thread of an isolated page.
   * Default false.
   */
  readonly worker?: boolean | undefined;
  /**
   * Makes other data from those that are trained on, validation rows excepted: `augment({ flip: true, ... })` of
   * `wasmgrad/data`.
   */
  readonly augment?: ((data: Dataset | BatchSource) => Dataset) | undefined;
  /**
   * Weights of the classes in the training loss, by class index, which multiply those of the data; other classes have
   * 1. `'balanced'`: rows / (classes * rows of the class), as scikit-learn. For several outputs an array or object with
   * those of each, or of some. Default: all 1.
   */
  readonly classWeights?: ClassWeights | PerOutput<ClassWeights> | undefined;
  /**
   * Whether the optimizer's state, its schedule, dropout and the numbers of epochs begin anew. Default false: another
   * `fit` of the model with the same optimizer object goes on with them.
   */
  readonly reset?: boolean | undefined;
  /** `makeReceipt` of `wasmgrad/io`, which makes `history.receipt`: the facts by which anybody can check the training. */
  readonly receipt?: MakeReceipt<M> | undefined;
  /** Continues training from a snapshot (see `resume` in `wasmgrad/io`). */
  readonly from?: TrainingSnapshot | undefined;
}

/** Options with defaults, checked against model and data. */
export interface FitPlan<M> extends Listening<M> {
  readonly loss: Loss;
  /** What of loss and metrics takes no class indices as targets. */
  readonly exacting: string | undefined;
  readonly optimizer: Optimizer;
  readonly data: Dataset | BatchSource;
  readonly validation: Dataset | BatchSource | undefined;
  readonly batchSize: number;
  readonly epochs: number;
  readonly initialEpoch: number | undefined;
  readonly stepsPerEpoch: number | undefined;
  readonly accumulate: number;
  readonly seconds: number | undefined;
  /** Ends training when these have passed. */
  readonly clock: AbortController | undefined;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly metrics: readonly CheckedMetric[];
  /** Names of the loss and the metrics. */
  readonly names: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly progress: boolean;
  readonly worker: boolean;
  readonly reset: boolean;
  readonly from: TrainingSnapshot | undefined;
  readonly classWeights: ClassWeights | PerOutput<ClassWeights> | undefined;
}

const known = [
  'loss',
  'lossWeights',
  'optimizer',
  'batchSize',
  'epochs',
  'initialEpoch',
  'stepsPerEpoch',
  'accumulate',
  'seconds',
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
  'reset',
  'from',
  'receipt',
  'augment',
  'classWeights',
];

/** Who asks for validation data, in messages. */
export const VALIDATION = 'fit: validation';

/** Training rows and validation rows. */
function splitData(
  network: Network,
  given: TrainingData,
  { validation, validationSplit = 0 }: FitOptionsOf<never>,
  exacting: string | undefined,
  loss: Loss,
): Pick<FitPlan<never>, 'data' | 'validation'> {
  const share = finiteNumber('fit', 'validationSplit', validationSplit, { min: 0, below: 1 });
  if (validation !== undefined && share > 0) refuse(TypeError, 'fit', 'validation or validationSplit', 'both');
  const data = checkSource('fit', given, network, exacting, loss);
  if (validation !== undefined)
    return { data, validation: checkSource(VALIDATION, validation, network, exacting, loss) };
  if (share === 0) return { data, validation };
  if (!(data instanceof Dataset))
    refuse(TypeError, 'fit', 'a dataset to split for validation', 'an iterable of batches');
  const kept = Math.floor(data.size * (1 - share) + 1e-9); // 10 * (1 - 0.9) is a little less than 1
  if (kept < 1 || kept >= data.size)
    refuse(RangeError, 'fit', `validationSplit to leave rows on both sides of ${data.size}`, share);
  return { data: data.slice(0, kept), validation: data.slice(kept) };
}

type Settings = Pick<
  FitPlan<never>,
  | 'optimizer'
  | 'batchSize'
  | 'epochs'
  | 'initialEpoch'
  | 'stepsPerEpoch'
  | 'accumulate'
  | 'seconds'
  | 'shuffle'
  | 'seed'
  | 'progress'
  | 'worker'
  | 'signal'
  | 'reset'
  | 'from'
>;

/** @internal What can be checked of options of `fit` without a model and data, with defaults; errors name `where`. */
export function checkSettings(where: string, options: FitOptionsOf<never>): Settings {
  knownOptions(where, options, known);
  const {
    batchSize = 32,
    epochs = 1,
    shuffle = true,
    seed = 0,
    progress = false,
    worker = false,
    reset = false,
  } = options;
  const { optimizer, initialEpoch, stepsPerEpoch, accumulate = 1, seconds, signal, from } = options;
  const count = (what: string, value: number, min: number): number => wholeNumber(where, what, value, { min });
  const optional = (what: string, value: number | undefined, min: number): number | undefined =>
    value === undefined ? value : count(what, value, min);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, where, 'signal to be an AbortSignal', show(signal));
  if (from !== undefined && !isSnapshot(from)) refuse(TypeError, where, 'from to be a snapshot', show(from));
  return {
    optimizer: checkOptimizer(where, optimizer),
    batchSize: count('batchSize', batchSize, 1),
    epochs: count('epochs', epochs, 1),
    stepsPerEpoch: optional('stepsPerEpoch', stepsPerEpoch, 1),
    initialEpoch: optional('initialEpoch', initialEpoch, 0),
    accumulate: count('accumulate', accumulate, 1),
    seconds: seconds === undefined ? seconds : finiteNumber(where, 'seconds', seconds, { above: 0 }),
    shuffle: flag(where, 'shuffle', shuffle),
    seed: count('seed', seed, 0),
    progress: flag(where, 'progress', progress),
    worker: flag(where, 'worker', worker),
    reset: flag(where, 'reset', reset),
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
export function checkFit<M extends TrainableModel>(
  { network }: M,
  given: TrainingData,
  options: FitOptionsOf<M>,
): FitPlan<M> {
  const settings = checkSettings('fit', options);
  const loss = lossOf('fit', network, options);
  const metrics = resolveMetrics('fit', network, options);
  const exacting = exactingOf(loss, metrics);
  const { augment, classWeights } = options;
  const { data: rows, validation } = splitData(network, given, options, exacting, loss);
  const data = augment ? checkRows('fit', callable('fit', 'augment', augment)(rows), network, exacting, loss) : rows;
  const parts: readonly unknown[] = Object.values(classWeights ?? {});
  const isBalanced = classWeights === 'balanced' || parts.includes('balanced');
  if (isBalanced && !(data instanceof Dataset))
    refuse(TypeError, 'fit', "data made by dataset(x, y) for classWeights 'balanced'", 'an iterable of batches');
  const names = ['loss', ...metrics.map(({ name }) => name)];
  const custom = names.filter((_, i) => i > 0 && !isOwn(options.metrics?.[i - 1]));
  const logged = (of: readonly string[]): string[] => (validation ? [...of, ...of.map(validationName)] : [...of]);
  return {
    ...settings,
    ...listeners(options, logged(names), logged(custom)),
    clock: settings.seconds === undefined ? undefined : new AbortController(),
    data: data instanceof Dataset ? withClassWeights('fit', data, network, options) : data,
    validation,
    loss,
    classWeights,
    exacting,
    names,
    metrics,
  };
}
