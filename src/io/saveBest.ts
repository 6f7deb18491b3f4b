import { knownOptions } from '../core/checks.js';
import { monitorOf, type MonitorOptions } from '../models/callbacks/monitor.js';
import type { Callback } from '../models/index.js';
import { writeModel } from './models.js';
import { checkTarget, checkWritable, type Target } from './targets.js';

/**
 * A callback for `fit` that writes the model to a file whenever an epoch is the best so far; `loadModel` reads it.
 *
 * @param place a path in Node, `'indexeddb://name'` or a FileSystemFileHandle in browsers
 * @param options `monitor`: entry of the epoch log, default `'valLoss'`; `minDelta`; `mode`
 * @throws TypeError, RangeError; from `fit`, before the first step: RangeError for a path that cannot be written to
 * @example
 * ```ts
 * import { saveBest } from 'wasmgrad/io';
 * const callbacks = [saveBest('best.model', { monitor: 'valLoss' })];
 * ```
 */
export function saveBest(place: Target, options: MonitorOptions = {}): Callback {
  const where = 'saveBest';
  const target = checkTarget(where, place);
  knownOptions(where, options, ['monitor', 'minDelta', 'mode']);
  const { restart, improves, ...monitor } = monitorOf(where, options);
  return {
    ...monitor,
    onTrainBegin() {
      restart();
      return checkWritable(where, target);
    },
    onEpochEnd: (log, { model }) => (improves(log) ? writeModel(model, target) : undefined),
  };
}
