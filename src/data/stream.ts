import { callable, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { multiplyHigh, philox } from '../core/philox.js';
import { seedWords } from '../tensors/creation.js';
import { Dataset } from './dataset.js';

/** Where a stream comes from. A function is called for each pass. */
export type StreamSource<T> = Iterable<T> | AsyncIterable<T> | (() => Iterable<T> | AsyncIterable<T>);

/** One row of a `Dataset`: the numbers of `x`, and those of target and weights, if any; a class index is one number. */
export interface Sample {
  readonly x: Float32Array;
  readonly y?: Float32Array;
  readonly lengths?: number;
  readonly weights?: Float32Array;
}

/** Samples put together; for other items of streams, arrays of them. */
export type Batched<T> = T extends readonly unknown[]
  ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
  : T extends object
    ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
    : T[];

type Open<T> = (pass: number) => AsyncIterable<T> | Iterable<T>;

/** Makes each shuffle independent of every other use of the same seed. */
const STREAM = 0x62756666; // 'buff'

/**
 * Items that come one after the other. Every method gives another stream; nothing is read before a stream is iterated.
 * Each iteration is one pass over the source. When it ends early, the source's iterator is closed. Made by `stream`.
 */
export class Stream<T> implements AsyncIterable<T> {
  readonly #open: Open<T>;
  #passes = 0;

  private constructor(open: Open<T>) {
    this.#open = open;
  }

  /** @internal */
  static of<T>(open: Open<T>): Stream<T> {
    return new Stream(open);
  }

  /** One pass. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* this.#open(this.#passes++);
  }

  /** What `change` makes of each item. Promises are awaited, one after the other. @throws TypeError */
  map<R>(change: (item: T, index: number) => R | Promise<R>): Stream<R> {
    callable('map', 'change', change);
    return this.#then(async function* (items) {
      let index = 0;
      for await (const item of items) yield await change(item, index++);
    });
  }

  /** The items for which `keep` gives true. @throws TypeError */
  filter(keep: (item: T) => boolean | Promise<boolean>): Stream<T> {
    callable('filter', 'keep', keep);
    return this.#then(async function* (items) {
      for await (const item of items) if (await keep(item)) yield item;
    });
  }

  /**
   * Items in groups of `size`, the last of which may be smaller: of objects and arrays (`{ x, y }`, `[x, y]`), one with
   * the list of each part, as `fit` takes them; of others, lists.
   *
   * @throws RangeError
   */
  batch(size: number): Stream<Batched<T>> {
    wholeNumber('batch', 'size', size, { min: 1 });
    return this.#then(async function* (items) {
      let group: T[] = [];
      for await (const item of items) {
        if (group.push(item) < size) continue;
        yield together(group);
        group = [];
      }
      if (group.length > 0) yield together(group);
    });
  }

  /**
   * Takes the next item from `buffer` ones at random, so that the order is better the more there are. Every pass has
   * another order; the same seed gives the same orders.
   *
   * @param seed whole number >= 0, default 0
   * @throws RangeError
   */
  shuffle(buffer: number, seed = 0): Stream<T> {
    wholeNumber('shuffle', 'buffer', buffer, { min: 1 });
    const key = seedWords('shuffle', seed);
    return this.#then(async function* (items, pass) {
      const below = randomBelow(key, pass);
      const held: T[] = [];
      for await (const item of items) {
        if (held.length < buffer) {
          held.push(item);
          continue;
        }
        const at = below(buffer);
        yield* held.splice(at, 1, item);
      }
      while (held.length > 0) yield* held.splice(below(held.length), 1);
    });
  }

  /** The first `count` items. The source is not asked for another. @throws RangeError */
  take(count: number): Stream<T> {
    wholeNumber('take', 'count', count, { min: 0 });
    return this.#then(async function* (items) {
      if (count === 0) return;
      let left = count;
      for await (const item of items) {
        yield item;
        if (--left === 0) return;
      }
    });
  }

  /** All but the first `count` items. @throws RangeError */
  skip(count: number): Stream<T> {
    wholeNumber('skip', 'count', count, { min: 0 });
    return this.#then(async function* (items) {
      let left = count;
      for await (const item of items) if (left-- <= 0) yield item;
    });
  }

  /** The same items again, `count` times in all; without an end by default. @throws RangeError */
  repeat(count = Infinity): Stream<T> {
    if (count !== Infinity) wholeNumber('repeat', 'count', count, { min: 1 });
    const again = (): AsyncIterable<T> => this;
    return Stream.of(async function* () {
      for (let left = count; left > 0; left--) {
        let any = false;
        for await (const item of again()) {
          any = true;
          yield item;
        }
        if (!any) return; // it would go round for ever
      }
    });
  }

  /** Keeps the items of the first whole pass in memory; later passes read them there. */
  cache(): Stream<T> {
    let kept: readonly T[] | undefined;
    return this.#then(async function* (items) {
      if (kept) {
        yield* kept;
        return;
      }
      const found: T[] = [];
      for await (const item of items) {
        found.push(item);
        yield item;
      }
      kept = found;
    });
  }

  /** Asks for the next `count` items while the caller works on one, so that waiting for them overlaps. @throws RangeError */
  prefetch(count = 1): Stream<T> {
    wholeNumber('prefetch', 'count', count, { min: 1 });
    return this.#then(async function* (items) {
      const iterator = items[Symbol.asyncIterator]();
      const asked: Promise<IteratorResult<T, unknown>>[] = [];
      const ask = (): void => {
        const next = iterator.next();
        next.catch(() => undefined); // it is heard of when its turn comes
        asked.push(next);
      };
      try {
        for (;;) {
          while (asked.length <= count) ask();
          const next = await asked.shift();
          if (!next || next.done) return;
          yield next.value;
        }
      } finally {
        await iterator.return?.();
      }
    });
  }

  #then<R>(change: (items: AsyncIterable<T>, pass: number) => AsyncIterable<R>): Stream<R> {
    return Stream.of((pass) => change(this, pass));
  }
}

/** Whole numbers below a bound, different ones in each pass. */
function randomBelow(key: readonly [number, number], pass: number): (bound: number) => number {
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

function together<T>(items: readonly T[]): Batched<T>;
// The parts of all items, by their names or places, as the type says; the compiler cannot verify it.
function together(items: readonly unknown[]): unknown {
  const [first] = items;
  if (typeof first !== 'object' || first === null || ArrayBuffer.isView(first)) return items;
  const partsOf = (key: string): unknown[] =>
    items.map((item) => (typeof item === 'object' && item !== null ? (Reflect.get(item, key) as unknown) : undefined));
  if (Array.isArray(first)) return first.map((_, i) => partsOf(`${i}`));
  return Object.fromEntries(Object.keys(first).map((key) => [key, partsOf(key)]));
}

/** The rows of a dataset. */
function* samplesOf({ size, x, y, lengths, weights }: Dataset): Generator<Sample> {
  const [width, depth] = [x.length / size, y ? y.length / size : 0];
  const count = (weights?.length ?? 0) / size;
  for (let i = 0; i < size; i++)
    yield {
      x: x.subarray(i * width, (i + 1) * width),
      ...(y && { y: Float32Array.from(y.subarray(i * depth, (i + 1) * depth)) }),
      ...(lengths && { lengths: lengths[i] ?? 0 }),
      ...(weights && { weights: weights.subarray(i * count, (i + 1) * count) }),
    };
}

/**
 * A stream of samples, or of anything else, that is changed on its way to `fit`, `evaluate` or `predict`, without ever
 * being in memory as a whole.
 *
 * @param source an (async) iterable, a generator function, which is called for each pass, or a `Dataset`, whose rows it
 *   gives one by one (with each row's numbers in one array)
 * @throws TypeError for other sources; when a pass begins, for a function that returns no iterable, and for the second
 *   pass over a generator
 * @example
 * ```ts
 * import { stream } from 'wasmgrad/data';
 * const numbers = stream([1, 2, 3, 4, 5]).map((x) => ({ x: [x], y: [2 * x] })).shuffle(3, 1).batch(2);
 * for await (const { x, y } of numbers) console.log(x.length, y.length); // 2 2, then 2 2, then 1 1
 * ```
 */
export function stream(source: Dataset): Stream<Sample>;
export function stream<T>(source: StreamSource<T>): Stream<T>;
export function stream(source: Dataset | StreamSource<unknown>): Stream<unknown> {
  if (source instanceof Dataset) return Stream.of(() => samplesOf(source));
  if (typeof source !== 'function' && (!isIterable(source) || ArrayBuffer.isView(source)))
    refuse(TypeError, 'stream', 'an iterable, a generator function or a dataset', show(source));
  let read = false;
  return Stream.of(() => {
    const items: unknown = typeof source === 'function' ? source() : source;
    if (!isIterable(items))
      refuse(TypeError, 'stream', 'a function that returns an iterable', `one that returns ${show(items)}`);
    if (read && items === source && 'next' in items)
      refuse(
        TypeError,
        'stream',
        'items for another pass',
        'a generator that has been read (pass the generator function)',
      );
    read = true;
    return items;
  });
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}
