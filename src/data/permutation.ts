import { wholeNumber } from '../core/checks.js';
import { shuffled } from '../core/shuffled.js';
import { seedWords } from '../tensors/creation.js';

/** Numbers that fit in 4 GiB. */
const MAX_SIZE = 2 ** 30;
const MAX_EPOCH = 2 ** 32 - 1;

/**
 * The numbers 0 .. size-1 in the order of one epoch: Fisher-Yates over Philox4x32-10, the same on every engine.
 * The order depends on the three arguments alone, so training can be resumed in any epoch.
 *
 * @param seed whole number >= 0
 * @param epoch whole number >= 0
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { permutation } from 'wasmgrad/data';
 * console.log(permutation(5, 1, 0)); // a Uint32Array of 0..4 in some order
 * ```
 */
export function permutation(size: number, seed: number, epoch: number): Uint32Array<ArrayBuffer> {
  wholeNumber('permutation', 'size', size, { min: 0, max: MAX_SIZE });
  wholeNumber('permutation', 'seed', seed, { min: 0 });
  wholeNumber('permutation', 'epoch', epoch, { min: 0, max: MAX_EPOCH });
  return shuffled(size, seedWords('permutation', seed), epoch);
}
