import { finiteNumber, knownOptions, wholeNumber } from '../../core/checks.js';
import type { Callback } from './callback.js';
import { monitorOf, type MonitorOptions } from './monitor.js';

export interface ReduceLrOptions extends MonitorOptions {
  /** By which the learning rate is multiplied, > 0 and < 1. Default 0.1. */
  readonly factor?: number | undefined;
  /** Number of epochs without improvement after which it is. Default 10. */
  readonly patience?: number | undefined;
  /** Smallest change that counts as an improvement. Default 1e-4. */
  readonly minDelta?: number | undefined;
  /** Epochs to wait after a reduction before counting again. Default 0. */
  readonly cooldown?: number | undefined;
  /** Default 0. */
  readonly minLearningRate?: number | undefined;
}

/**
 * Reduces the learning rate when the monitored value has not improved for `patience` epochs, as Keras'
 * `ReduceLROnPlateau`. Rates of groups of weights are reduced alike.
 *
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { reduceLrOnPlateau } from 'wasmgrad/models';
 * const callbacks = [reduceLrOnPlateau({ monitor: 'valLoss', factor: 0.5, patience: 3 })];
 * ```
 */
export function reduceLrOnPlateau(options: ReduceLrOptions = {}): Callback {
  const where = 'reduceLrOnPlateau';
  knownOptions(where, options, ['monitor', 'factor', 'patience', 'minDelta', 'cooldown', 'minLearningRate', 'mode']);
  const { restart, improves, ...monitor } = monitorOf(where, { minDelta: 1e-4, ...options });
  const factor = finiteNumber(where, 'factor', options.factor ?? 0.1, { above: 0, below: 1 });
  const patience = wholeNumber(where, 'patience', options.patience ?? 10, { min: 0 });
  const cooldown = wholeNumber(where, 'cooldown', options.cooldown ?? 0, { min: 0 });
  const least = finiteNumber(where, 'minLearningRate', options.minLearningRate ?? 0, { min: 0 });
  let waited = 0;
  let cooling = 0;
  return {
    ...monitor,
    onTrainBegin() {
      restart();
      waited = cooling = 0;
    },
    onEpochEnd(log, control) {
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (improves(log)) waited = 0;
      else if (cooling === 0 && ++waited >= patience) {
        const rate = control.learningRate;
        if (rate <= least) return;
        control.learningRate = Math.max(rate * factor, least);
        cooling = cooldown;
        waited = 0;
      }
    },
  };
}
