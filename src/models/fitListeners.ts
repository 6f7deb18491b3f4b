// Callbacks, and the functions among the options of `fit` that are called during training.
import { callable, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { BatchLog, EpochLog } from './history.js';
import type { TrainingSnapshot } from './snapshot.js';

/** What a callback of a model of class `M` can use and do. */
export interface ControlOf<M> {
  readonly model: M;
  /** Everything needed to continue from here with the same bits. */
  readonly snapshot: () => TrainingSnapshot;
  /** Ends training after this epoch; `history.stopped` becomes `'earlyStopping'`. */
  readonly stop: () => void;
  /**
   * The learning rate of the next step; a finite number >= 0 set here replaces the optimizer's rate or schedule in this
   * training. Rates of groups of weights change in proportion.
   */
  learningRate: number;
}

/** Functions that `fit` calls during training. All are optional; `fit` awaits promises they return. */
export interface CallbackOf<M> {
  /** Names of log entries that must exist. An unknown name is an error before training starts. */
  readonly monitors?: readonly string[] | undefined;
  /** Whether it takes what is usual to be better of these: of a metric that is not the library's, fit asks for `mode`. */
  readonly usualMode?: boolean | undefined;
  onTrainBegin?(control: ControlOf<M>): unknown;
  onBatchEnd?(log: BatchLog, control: ControlOf<M>): unknown;
  /** Called before validation data are evaluated. */
  onValidationBegin?(control: ControlOf<M>): unknown;
  onEpochEnd?(log: EpochLog, control: ControlOf<M>): unknown;
  /** Called at the end of training, also after an error. */
  onTrainEnd?(control: ControlOf<M>): unknown;
}

function checkListener(name: string, listener: unknown): void {
  if (listener !== undefined) callable('fit', name, listener);
}

/** Checks that callbacks are objects and that their monitors are in the log. */
function checkCallbacks(callbacks: unknown, names: readonly string[], custom: readonly string[]): void {
  if (!Array.isArray(callbacks)) refuse(TypeError, 'fit', 'callbacks to be an array', show(callbacks));
  for (const callback of callbacks as readonly unknown[]) {
    if (typeof callback !== 'object' || callback === null)
      refuse(TypeError, 'fit', 'every callback to be an object', show(callback));
    const { monitors = [], usualMode }: CallbackOf<never> = callback;
    for (const hook of ['onTrainBegin', 'onBatchEnd', 'onValidationBegin', 'onEpochEnd', 'onTrainEnd'])
      checkListener(hook, Reflect.get(callback, hook));
    if (!Array.isArray(monitors)) refuse(TypeError, 'fit', 'monitors to be an array', show(monitors));
    for (const monitor of monitors as readonly string[])
      if (!names.includes(monitor))
        refuse(RangeError, 'fit', `monitor to be one of ${names.join(', ')}`, show(monitor));
      else if (usualMode && custom.includes(monitor))
        refuse(TypeError, 'fit', `mode 'min' or 'max' to monitor ${monitor}, which is not the library's`, 'none');
  }
}

/** The listeners among the options of `fit`. */
interface Listeners<M> {
  readonly callbacks?: readonly CallbackOf<M>[] | undefined;
  readonly onBatchEnd?: ((log: BatchLog) => unknown) | undefined;
  readonly onEpochEnd?: ((log: EpochLog) => unknown) | undefined;
}

/** All listeners of a training. */
export interface Listening<M> {
  /** `onBatchEnd` and `onEpochEnd`, then the callbacks. */
  readonly callbacks: readonly CallbackOf<M>[];
  /** Whether listeners need the log of each batch, or also the weights after it. */
  readonly batchListeners: 'none' | 'log' | 'state';
}

/**
 * All listeners in the order of their calls. The functions among the options, which are given only the log, come first.
 */
export function listeners<M>(
  { callbacks = [], onBatchEnd, onEpochEnd }: Listeners<M>,
  names: readonly string[],
  custom: readonly string[],
): Listening<M> {
  checkCallbacks(callbacks, names, custom);
  checkListener('onBatchEnd', onBatchEnd);
  checkListener('onEpochEnd', onEpochEnd);
  const functions: CallbackOf<M> = { onBatchEnd: (log) => onBatchEnd?.(log), onEpochEnd: (log) => onEpochEnd?.(log) };
  const listening = callbacks.some((callback) => callback.onBatchEnd !== undefined);
  return { callbacks: [functions, ...callbacks], batchListeners: listening ? 'state' : onBatchEnd ? 'log' : 'none' };
}
