import { multiplyHigh, philox } from './philox.js';

/** Makes shuffles independent of every other use of the same seed. */
const STREAM = 0x73687566; // 'shuf'

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
