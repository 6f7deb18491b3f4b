// Random numbers of a search: each trial has its own, which depend on the search's seed and the trial's number alone.
import { cosPi, log } from '../../core/deterministic.js';
import { philox } from '../../core/philox.js';

/** Makes the numbers independent of every other use of the same seed. */
const STREAM = 0x73656172; // 'sear'

/** A source of random numbers, the same on every engine. */
export class Random {
  readonly #key: readonly [number, number];
  readonly #counter: Uint32Array;
  readonly #words = new Uint32Array(4);
  #used = 4;

  /** `key`: the two words of the seed. */
  constructor(key: readonly [number, number], trial: number) {
    this.#key = key;
    this.#counter = Uint32Array.of(0, trial, STREAM, 0);
  }

  #word(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key, this.#words);
      this.#counter[0]!++;
      this.#used = 0;
    }
    return this.#words[this.#used++]!;
  }

  /** From 0, included, to 1, excluded; 53 bits. */
  next(): number {
    const high = this.#word() >>> 5;
    return (high * 2 ** 26 + (this.#word() >>> 6)) / 2 ** 53;
  }

  /** A whole number from 0 to n - 1. */
  below(n: number): number {
    return Math.min(n - 1, Math.floor(this.next() * n));
  }

  /** Of the standard normal distribution (Box and Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * log(1 - this.next()));
    return radius * cosPi(2 * this.next());
  }
}
