import { wholeNumber } from '../core/checks.js';
import { seedWords } from '../tensors/creation.js';
import { multiplyHigh, philox } from '../core/philox.js';

/** Numbers that fit in 4 GiB. */
const MAX_SIZE = 2 ** 30;
const MAX_EPOCH = 2 ** 32 - 1;
/** Makes shuffles independent of every other use of the same seed. */
const STREAM = 0x73687566; // 'shuf'

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

/** The numbers 0 .. size-1 in the order of one epoch, without checks. `key`: the two words of the seed. */
export function shuffled(size: number, key: readonly [number, number], epoch: number): Uint32Array<ArrayBuffer> {
  const counter = new Uint32Array([0, epoch, STREAM, 0]);
  const words = new Uint32Array(4);
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1, used = 4; i > 0; i--, used++) {
    if (used === 4) {
      philox(counter, key, words);
      counter[0]!++;
      used = 0;
    }
    const j = multiplyHigh(words[used]!, i + 1); // uniform in 0..i up to (i + 1) / 2^32
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}
