import { refuse } from '../core/errors.js';
import { finiteNumber, flag, knownOptions, oneOf, show, wholeNumber } from '../core/checks.js';
import type { BatchLog, EpochLog } from './logs.js';
import type { InferenceModel } from './inferenceModel.js';
import type { TrainingSnapshot } from './snapshot.js';

/** What a callback may do. */
export interface TrainingControl {
  readonly model: InferenceModel;
  /** Everything needed to go on from here bit by bit. */
  readonly snapshot: () => TrainingSnapshot;
  /** Ends training after this epoch; `history.stopped` becomes `'earlyStopping'`. */
  readonly stop: () => void;
}

/** Code that runs beside training. Every part is optional; a promise it returns is waited for. */
export interface Callback {
  /** Names of log entries that must exist; an unknown one is an error before training starts. */
  readonly monitors?: readonly string[];
  onTrainBegin?(control: TrainingControl): unknown;
  onBatchEnd?(log: BatchLog, control: TrainingControl): unknown;
  onEpochEnd?(log: EpochLog, control: TrainingControl): unknown;
  /** Runs whatever ends training, errors included. */
  onTrainEnd?(control: TrainingControl): unknown;
}

export interface EarlyStoppingOptions {
  /** Entry of the epoch log to watch. Default `'valLoss'`. */
  readonly monitor?: string;
  /** Epochs without improvement before training ends. Default 0, as Keras. */
  readonly patience?: number;
  /** Smallest change that counts as an improvement. Default 0. */
  readonly minDelta?: number;
  /** Whether smaller or larger is better. Default: larger for accuracies, smaller otherwise. */
  readonly mode?: 'min' | 'max';
  /** Whether the weights of the best epoch are put back at the end, whatever ended training. Default true. */
  readonly restoreBest?: boolean;
}

/**
 * Ends training when the monitored value has not improved for `patience` epochs, and puts the best weights back.
 * (Keras does not restore by default; here it is the point.)
 *
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { earlyStopping } from 'wasmgrad/models';
 * const callbacks = [earlyStopping({ monitor: 'valLoss', patience: 3 })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  knownOptions('earlyStopping', options, ['monitor', 'patience', 'minDelta', 'mode', 'restoreBest']);
  const { monitor = 'valLoss' } = options;
  if (typeof (monitor as unknown) !== 'string')
    refuse(TypeError, 'earlyStopping', 'monitor to be a string', show(monitor));
  const patience = wholeNumber('earlyStopping', 'patience', options.patience ?? 0, { min: 0 });
  const minDelta = finiteNumber('earlyStopping', 'minDelta', options.minDelta ?? 0, { min: 0 });
  const restore = flag('earlyStopping', 'restoreBest', options.restoreBest ?? true);
  const mode = oneOf('earlyStopping', 'mode', options.mode ?? (/accuracy/i.test(monitor) ? 'max' : 'min'), [
    'min',
    'max',
  ]);
  const direction = mode === 'min' ? 1 : -1;
  let best = Infinity;
  let waited = 0;
  let weights: Record<string, Float32Array> | undefined;
  return {
    monitors: [monitor],
    onTrainBegin() {
      best = Infinity;
      waited = 0;
      weights = undefined;
    },
    onEpochEnd(log, { model, stop }) {
      const value = direction * (log[monitor] ?? NaN);
      if (value < best - minDelta) {
        best = value;
        waited = 0;
        if (restore) weights = model.getWeights();
      } else if (++waited >= Math.max(1, patience)) stop();
    },
    onTrainEnd({ model }) {
      if (weights) model.setWeights(weights);
      weights = undefined;
    },
  };
}
