import { finiteNumber, knownOptions, wholeNumber } from '../../core/checks.js';
import { cosPi } from '../../core/deterministic.js';
import type { Schedule } from '../optimizer.js';

export interface CosineDecayOptions {
  /** Rate of step 0, >= 0. */
  readonly initial: number;
  /** Steps until `final` is reached, >= 1. */
  readonly steps: number;
  /** Rate from then on, >= 0. PyTorch has a rate here too; Keras' `alpha` is a fraction of `initial`. Default 0. */
  readonly final?: number | undefined;
}

/**
 * final + (initial - final) * (1 + cos(pi * step / steps)) / 2, then `final` (Loshchilov and Hutter 2017, no restarts).
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { cosineDecay } from 'wasmgrad/optimizers';
 * const rate = cosineDecay({ initial: 0.1, steps: 1000 });
 * console.log(rate(0), rate(500), rate(1000)); // 0.1 0.05 0
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const { initial, steps, final = 0 } = knownOptions('cosineDecay', options, ['initial', 'steps', 'final']);
  finiteNumber('cosineDecay', 'initial', initial, { min: 0 });
  wholeNumber('cosineDecay', 'steps', steps, { min: 1 });
  finiteNumber('cosineDecay', 'final', final, { min: 0 });
  return (step) => final + ((initial - final) * (1 + cosPi(Math.min(step / steps, 1)))) / 2;
}
