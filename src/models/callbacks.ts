import { finiteNumber, flag, knownOptions, oneOf, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { CallbackOf, ControlOf } from './fitOptions.js';
import { usualMode } from './metrics.js';
import type { Model } from './model.js';

/** What a callback can use and do. */
export type TrainingControl = ControlOf<Model>;

/** Functions that `fit` calls during training. All are optional; `fit` awaits promises they return. */
export type Callback = CallbackOf<Model>;

export interface EarlyStoppingOptions {
  /** Entry of the epoch log to watch. Default `'valLoss'`. */
  readonly monitor?: string | undefined;
  /** Number of epochs without improvement after which training ends. Default 0, as Keras. */
  readonly patience?: number | undefined;
  /** Smallest change that counts as an improvement. Default 0. */
  readonly minDelta?: number | undefined;
  /**
   * Whether smaller or larger is better. Default: smaller for losses and errors, larger for other metrics of the
   * library; `fit` asks for it where the metric is not the library's.
   */
  readonly mode?: 'min' | 'max' | undefined;
  /** Whether the weights of the best epoch are restored at the end, however training ended. Default true. */
  readonly restoreBest?: boolean | undefined;
}

/**
 * Ends training when the monitored value has not improved for `patience` epochs, and restores the best weights. (Keras
 * does not restore them by default.)
 *
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { earlyStopping } from 'wasmgrad/models';
 * const callbacks = [earlyStopping({ monitor: 'valLoss', patience: 3 })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const { monitor, patience, minDelta, restoreBest, mode } = checkOptions(options);
  const direction = mode === 'min' ? 1 : -1;
  let best = Infinity;
  let waited = 0;
  let weights: Record<string, Float32Array> | undefined;
  return {
    monitors: [monitor],
    usualMode: options.mode === undefined,
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
        if (restoreBest) weights = model.getWeights();
      } else if (++waited >= Math.max(1, patience)) stop();
    },
    onTrainEnd({ model }) {
      if (weights) model.setWeights(weights);
      weights = undefined;
    },
  };
}

type Settings = { readonly [Option in keyof EarlyStoppingOptions]-?: NonNullable<EarlyStoppingOptions[Option]> };

/** The options with their defaults. */
function checkOptions(options: EarlyStoppingOptions): Settings {
  const where = 'earlyStopping';
  knownOptions(where, options, ['monitor', 'patience', 'minDelta', 'mode', 'restoreBest']);
  const { monitor = 'valLoss' } = options;
  if (typeof (monitor as unknown) !== 'string') refuse(TypeError, where, 'monitor to be a string', show(monitor));
  return {
    monitor,
    patience: wholeNumber(where, 'patience', options.patience ?? 0, { min: 0 }),
    minDelta: finiteNumber(where, 'minDelta', options.minDelta ?? 0, { min: 0 }),
    restoreBest: flag(where, 'restoreBest', options.restoreBest ?? true),
    mode: oneOf(where, 'mode', options.mode ?? usualMode(monitor), ['min', 'max']),
  };
}
