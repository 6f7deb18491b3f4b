import { callable, finiteNumber, knownOptions, wholeNumber } from '../../core/checks.js';
import type { Schedule } from '../optimizer.js';

export interface WarmupOptions {
  /** Steps until the full rate is reached, >= 1. */
  readonly steps: number;
}

/**
 * A linear rise from 0 to the first rate of `schedule`, which then takes over, counting from 0:
 * step < steps: schedule(0) * step / steps; else schedule(step - steps).
 *
 * @param schedule a schedule, or a constant rate
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { cosineDecay, warmup } from 'wasmgrad/optimizers';
 * const rate = warmup(cosineDecay({ initial: 0.1, steps: 900 }), { steps: 100 });
 * console.log(rate(0), rate(50), rate(100), rate(1000)); // 0 0.05 0.1 0
 * ```
 */
export function warmup(schedule: Schedule | number, options: WarmupOptions): Schedule {
  const { steps } = knownOptions('warmup', options, ['steps']);
  wholeNumber('warmup', 'steps', steps, { min: 1 });
  if (typeof schedule === 'number') {
    finiteNumber('warmup', 'schedule', schedule, { min: 0 });
    return (step) => (step < steps ? (schedule * step) / steps : schedule);
  }
  callable('warmup', 'schedule', schedule);
  return (step) => (step < steps ? (schedule(0) * step) / steps : schedule(step - steps));
}
