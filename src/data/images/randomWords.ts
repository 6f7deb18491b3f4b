import { philox } from '../../core/philox.js';

/** Makes augmentations independent of every other use of the same seed. */
const STREAM = 0x6175676d; // 'augm'

/** Random numbers that depend on seed, epoch and row alone. */
export class RowRandom {
  readonly #key: readonly [number, number];
  readonly #counter = new Uint32Array(4);
  readonly #words = new Uint32Array(4);
  #used = 4;

  constructor(key: readonly [number, number]) {
    this.#key = key;
  }

  /** Begins the numbers of a row in an epoch. */
  start(epoch: number, row: number): void {
    this.#counter.set([row, epoch, STREAM, 0]);
    this.#used = 4;
  }

  /** A number from 0 to below 1. */
  next(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key, this.#words);
      this.#counter[3]!++;
      this.#used = 0;
    }
    return (this.#words[this.#used++] ?? 0) / 2 ** 32;
  }

  /** A number from -limit to limit. */
  within(limit: number): number {
    return limit * (2 * this.next() - 1);
  }
}
