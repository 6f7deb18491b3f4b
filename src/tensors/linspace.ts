import { finiteNumber, flag, knownOptions, wholeNumber } from '../core/checks.js';
import { runtime } from '../runtime/state.js';
import { Storage } from './storage.js';
import { Tensor } from './tensor.js';

export interface LinspaceOptions {
  /** Whether `stop` is the last number. Default true. */
  readonly endpoint?: boolean | undefined;
}

/**
 * Numbers at equal distances from `start` to `stop`, computed in double precision.
 *
 * @param count default 50
 * @throws RangeError, TypeError
 * @example
 * ```ts
 * import { init, linspace } from 'wasmgrad';
 * await init();
 * console.log(linspace(0, 1, 5).toArray()); // [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace(start: number, stop: number, count = 50, options: LinspaceOptions = {}): Tensor {
  finiteNumber('linspace', 'start', start);
  finiteNumber('linspace', 'stop', stop);
  const size = wholeNumber('linspace', 'count', count, { min: 0 });
  const { endpoint = true } = knownOptions('linspace', options, ['endpoint']);
  const steps = flag('linspace', 'endpoint', endpoint) ? size - 1 : size;
  const storage = Storage.constant(4 * size, 'linspace');
  const { f32 } = runtime().heap;
  const first = storage.pointer / 4;
  const step = steps > 0 ? (stop - start) / steps : 0;
  for (let i = 0; i < size; i++) f32[first + i] = endpoint && i > 0 && i === steps ? stop : start + i * step;
  return Tensor.of(storage, [size], 'f32');
}
