// What every member of the suite has in common: two sizes, counts that are printed, and nothing lost.
import { expect, test } from 'vitest';
import { memory } from '../../../src/runtime/init.js';

/** How often something is tried: in `npm test`, and in `npm run test:reliability`. */
export interface Sizes {
  readonly short: number;
  readonly long: number;
}

const isLong = process.env['RELIABILITY'] === 'long';

/** As it was at first: members may silence what they try. */
const print = process.stdout.write.bind(process.stdout);

/** An hour a test in the long form, two minutes in the short one. */
const timeout = isLong ? 3_600_000 : 120_000;

/** Counts what happened, by the name it is printed under. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string, count = 1): void {
    this.#counts.set(what, this.count(what) + count);
  }

  count(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  toString(): string {
    return Array.from(this.#counts, ([what, count]) => `${count} ${what}`).join(', ') || 'nothing';
  }
}

/**
 * A member of the suite: a test whose body tries something `count` times and tells `tally` what came of it. The counts are
 * printed, also when it fails.
 */
export function member(name: string, sizes: Sizes, body: (count: number, tally: Tally) => unknown): void {
  const count = isLong ? sizes.long : sizes.short;
  test(`${name} (${count})`, { timeout }, async () => {
    const tally = new Tally();
    try {
      await body(count, tally);
    } finally {
      print(`reliability: ${name}: ${tally.toString()}\n`);
    }
  });
}

/** Runs `body`, which must leave as many tensors and as much memory as it found. */
export function nothingLost<T>(what: string, body: () => T): T {
  const { liveTensors, used } = memory();
  const result = body();
  const after = memory();
  expect({ liveTensors: after.liveTensors, used: after.used }, what).toEqual({ liveTensors, used });
  return result;
}

/** Whole numbers below a limit that follow from a seed, so that a round that failed can be repeated. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    // A linear congruential generator modulo 2^64 with Knuth's constants, of which the upper half is used.
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(((state >> 32n) * BigInt(below)) >> 32n);
  };
}
