import { finiteNumber, knownOptions, wholeNumber } from '../../core/checks.js';
import { integerPower } from '../../core/deterministic.js';
import type { Schedule } from '../optimizer.js';

export interface StepDecayOptions {
  /** Rate of the first steps, >= 0. */
  readonly initial: number;
  /** Factor of the rate, > 0. */
  readonly factor: number;
  /** Number of steps after which the factor applies again, >= 1. */
  readonly every: number;
}

/**
 * initial * factor^floor(step / every); PyTorch's `StepLR`, counted in steps.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { sgd, stepDecay } from 'wasmgrad/optimizers';
 * const rate = stepDecay({ initial: 0.1, factor: 0.5, every: 100 });
 * console.log(rate(99), rate(100)); // 0.1 0.05
 * sgd({ learningRate: rate });
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const { initial, factor, every } = knownOptions('stepDecay', options, ['initial', 'factor', 'every']);
  finiteNumber('stepDecay', 'initial', initial, { min: 0 });
  finiteNumber('stepDecay', 'factor', factor, { above: 0 });
  wholeNumber('stepDecay', 'every', every, { min: 1 });
  return (step) => initial * integerPower(factor, Math.floor(finiteNumber('stepDecay', 'step', step) / every));
}
