import { finiteNumber, wholeNumber } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { Tensor } from './tensor.js';

/** `count` numbers from `start` on at equal distances. */
function progression(start: number, step: number, count: number): Tensor {
  const out = Tensor.allocate([count], 'f32', 'arange');
  call(kernels.arangeF32, out.pointer(), start, step, 0, out.size);
  return out;
}

/** The numbers 0, 1, ..., n-1 as f32. */
export const countUp = (n: number): Tensor => progression(0, 1, n);

/**
 * `arange(n)`: the numbers 0, 1, ..., n-1 as f32. `arange(start, stop, step)`: `start + i step` for i = 0, 1, ..., before
 * `stop`, which is not included. With steps that are no whole numbers the last one depends on rounding: see `linspace`.
 *
 * @param start n, if there is no `stop`
 * @param step default 1; negative to count down
 * @throws RangeError, TypeError
 * @example
 * ```ts
 * import { arange, init } from 'wasmgrad';
 * await init();
 * console.log(arange(3).toArray(), arange(7, 1, -2).toArray()); // [0, 1, 2] [7, 5, 3]
 * ```
 */
export function arange(start: number, stop?: number, step = 1): Tensor {
  if (stop === undefined) return countUp(wholeNumber('arange', 'n', start, { min: 0 }));
  const [from, by] = [finiteNumber('arange', 'start', start), finiteNumber('arange', 'step', step)];
  const count = Math.ceil((finiteNumber('arange', 'stop', stop) - from) / by);
  // A step of 0 makes it infinite or NaN.
  return progression(from, by, wholeNumber('arange', 'the number of elements', Math.max(count, 0)));
}
