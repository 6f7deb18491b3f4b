import { multiplyHigh, philox } from '../../core/philox.js';

/** Makes each shuffle independent of every other use of the same seed. */
const STREAM = 0x62756666; // 'buff'

/** Whole numbers below a bound, different ones in each pass. */
export function randomBelow(key: readonly [number, number], pass: number): (bound: number) => number {
  const counter = new Uint32Array([0, pass, STREAM, 0]);
  const words = new Uint32Array(4);
  let used = 4;
  return (bound) => {
    if (used === 4) {
      philox(counter, key, words);
      counter[0]!++;
      used = 0;
    }
    return multiplyHigh(words[used++]!, bound);
  };
}
