import { finiteNumber, knownOptions, wholeNumber } from '../../core/checks.js';
import { powersOf } from '../../core/deterministic.js';
import type { Schedule } from '../optimizer.js';

export interface ExponentialDecayOptions {
  /** Rate of step 0, >= 0. */
  readonly initial: number;
  /** Factor of the rate after `steps` steps, > 0. */
  readonly rate: number;
  /** >= 1. */
  readonly steps: number;
}

/**
 * initial * rate^(step / steps); Keras' `ExponentialDecay` (not staircase).
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { exponentialDecay } from 'wasmgrad/optimizers';
 * const rate = exponentialDecay({ initial: 0.1, rate: 0.25, steps: 100 });
 * console.log(rate(0), rate(50), rate(100)); // 0.1, about 0.05, 0.025
 * ```
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const { initial, rate, steps } = knownOptions('exponentialDecay', options, ['initial', 'rate', 'steps']);
  finiteNumber('exponentialDecay', 'initial', initial, { min: 0 });
  finiteNumber('exponentialDecay', 'rate', rate, { above: 0 });
  wholeNumber('exponentialDecay', 'steps', steps, { min: 1 });
  const power = powersOf(rate);
  return (step) => initial * power(step / steps);
}
