// Checks of options that all searches have.
import { oneOf, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { isOwn, metricName, usualMode } from '../models/metrics.js';
import type { GridPoint } from './executor.js';
import { fitOptionsAt, type PointFit } from './pointOptions.js';

/** Checks `monitor` and `mode` against the scores that are known before the first training. */
export function checkMonitor<P extends GridPoint>(
  where: string,
  { monitor = 'loss', mode }: { readonly monitor?: unknown; readonly mode?: unknown },
  fit: PointFit<P>,
  points: readonly P[],
): { monitor: string; mode: 'min' | 'max' } {
  if (typeof monitor !== 'string') refuse(TypeError, where, 'monitor to be a string', show(monitor));
  const names = new Set(['loss']);
  const custom = new Set<string>();
  for (const point of points) {
    try {
      const { metrics = [] } = fitOptionsAt(where, fit, point);
      for (const metric of metrics) {
        names.add(metricName(metric));
        if (!isOwn(metric)) custom.add(metricName(metric));
      }
    } catch {
      // An error of this point is reported with its trial.
    }
  }
  if (!names.has(monitor)) refuse(RangeError, where, `monitor to be one of ${[...names].join(', ')}`, show(monitor));
  if (mode === undefined && custom.has(monitor))
    refuse(TypeError, where, `mode 'min' or 'max' to monitor ${monitor}, which is not the library's`, 'none');
  return { monitor, mode: oneOf(where, 'mode', mode ?? usualMode(monitor), ['min', 'max']) };
}

export function checkExecutor(where: string, executor: unknown): void {
  if (typeof executor === 'object' && executor !== null && 'start' in executor && typeof executor.start === 'function')
    return;
  refuse(TypeError, where, 'executor to be inProcess(), workerPool(...) or { start }', show(executor));
}
