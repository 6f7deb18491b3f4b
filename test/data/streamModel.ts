// What streams must do, written as plainly as possible: operations on iterables that never wait.
import { multiplyHigh, philox } from '../../src/core/philox.js';
import { seedWords } from '../../src/tensors/creation.js';

/** A stream as a function that begins a pass. */
export type Model = () => Iterable<unknown>;

/** Whole numbers below a bound as `shuffle` draws them in a pass. */
function drawing(seed: number, pass: number): (bound: number) => number {
  const key = seedWords('shuffle', seed);
  const words: number[] = [];
  let block = 0;
  return (bound) => {
    if (words.length === 0) {
      const four = new Uint32Array(4);
      philox([block++, pass, 0x62756666, 0], key, four);
      words.push(...four);
    }
    return multiplyHigh(words.shift() ?? 0, bound);
  };
}

export const mapped = (from: Model, change: (item: unknown, i: number) => unknown): Model =>
  function* () {
    let i = 0;
    for (const item of from()) yield change(item, i++);
  };

export const filtered = (from: Model, keep: (item: unknown) => boolean): Model =>
  function* () {
    for (const item of from()) if (keep(item)) yield item;
  };

export const batched = (from: Model, size: number, together: (group: readonly unknown[]) => unknown): Model =>
  function* () {
    let group: unknown[] = [];
    for (const item of from()) {
      group.push(item);
      if (group.length < size) continue;
      yield together(group);
      group = [];
    }
    if (group.length > 0) yield together(group);
  };

export function shuffled(from: Model, buffer: number, seed: number): Model {
  let passes = 0;
  return function* () {
    const below = drawing(seed, passes++);
    const held: unknown[] = [];
    for (const item of from())
      if (held.length < buffer) held.push(item);
      else yield* held.splice(below(buffer), 1, item);
    while (held.length > 0) yield* held.splice(below(held.length), 1);
  };
}

export const taken = (from: Model, count: number): Model =>
  function* () {
    if (count === 0) return;
    let left = count;
    for (const item of from()) {
      yield item;
      if (--left === 0) return;
    }
  };

export const skipped = (from: Model, count: number): Model =>
  function* () {
    let left = count;
    for (const item of from()) if (left-- <= 0) yield item;
  };

export const repeated = (from: Model, count: number): Model =>
  function* () {
    for (let left = count; left > 0; left--) {
      let any = false;
      for (const item of from()) {
        any = true;
        yield item;
      }
      if (!any) return;
    }
  };

export function cached(from: Model): Model {
  let kept: readonly unknown[] | undefined;
  return function* () {
    if (kept) return yield* kept;
    const found: unknown[] = [];
    for (const item of from()) {
      found.push(item);
      yield item;
    }
    kept = found;
  };
}
