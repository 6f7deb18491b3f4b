import { flag, knownOptions, wholeNumber } from '../../core/checks.js';
import type { Callback } from './callback.js';
import { monitorOf, type MonitorOptions } from './monitor.js';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Number of epochs without improvement after which training ends. Default 0, as Keras. */
  readonly patience?: number | undefined;
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
  const where = 'earlyStopping';
  knownOptions(where, options, ['monitor', 'patience', 'minDelta', 'mode', 'restoreBest']);
  const { restart, improves, ...monitor } = monitorOf(where, options);
  const patience = Math.max(1, wholeNumber(where, 'patience', options.patience ?? 0, { min: 0 }));
  const restoreBest = flag(where, 'restoreBest', options.restoreBest ?? true);
  let waited = 0;
  let weights: Record<string, Float32Array> | undefined;
  return {
    ...monitor,
    onTrainBegin() {
      restart();
      waited = 0;
      weights = undefined;
    },
    onEpochEnd(log, { model, stop }) {
      if (improves(log)) {
        waited = 0;
        if (restoreBest) weights = model.getWeights();
      } else if (++waited >= patience) stop();
    },
    onTrainEnd({ model }) {
      if (weights) model.setWeights(weights);
      weights = undefined;
    },
  };
}
