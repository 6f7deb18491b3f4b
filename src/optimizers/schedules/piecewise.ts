import { finiteNumber, knownOptions, show, wholeNumber } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { Schedule } from '../optimizer.js';

export interface PiecewiseOptions {
  /** Steps at which the rate changes, rising, >= 1. */
  readonly boundaries: readonly number[];
  /** Rates before, between and after the boundaries, >= 0: one more than there are boundaries. */
  readonly values: readonly number[];
}

/**
 * values[i] for boundaries[i - 1] <= step < boundaries[i]. Keras' `PiecewiseConstantDecay` changes one step later.
 *
 * @throws TypeError, RangeError for unknown or impossible options
 * @example
 * ```ts
 * import { piecewise } from 'wasmgrad/optimizers';
 * const rate = piecewise({ boundaries: [100, 200], values: [0.1, 0.01, 0.001] });
 * console.log(rate(99), rate(100), rate(200)); // 0.1 0.01 0.001
 * ```
 */
export function piecewise(options: PiecewiseOptions): Schedule {
  const { boundaries, values } = knownOptions('piecewise', options, ['boundaries', 'values']);
  const steps: number[] = [];
  for (const step of checkList('boundaries', boundaries)) {
    steps.push(wholeNumber('piecewise', 'boundaries', step, { min: (steps.at(-1) ?? 0) + 1 }));
  }
  const rates = checkList('values', values).map((rate) => finiteNumber('piecewise', 'values', rate, { min: 0 }));
  if (rates.length !== steps.length + 1) {
    refuse(RangeError, 'piecewise', `${steps.length + 1} values, one more than boundaries`, rates.length);
  }
  return (step) => {
    let i = 0;
    while (i < steps.length && step >= (steps[i] ?? 0)) i++;
    return rates[i] ?? 0;
  };
}

function checkList(what: string, list: unknown): unknown[] {
  if (!Array.isArray(list)) refuse(TypeError, 'piecewise', `${what} to be an array`, show(list));
  return Array.from<unknown>(list);
}
