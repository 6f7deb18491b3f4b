import { callable, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { multiplyHigh, philox } from '../core/philox.js';
import { seedWords } from '../tensors/creation.js';
import { Dataset } from './dataset.js';
import { samplesOf, type Sample } from './samples.js';

/** Where a stream comes from. A function is called for each pass. */
export type StreamSource<T> = Iterable<T> | AsyncIterable<T> | (() => Iterable<T> | AsyncIterable<T>);

/** Samples put together; for other items of streams, arrays of them. */
export type Batched<T> = T extends readonly unknown[]
  ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
  : T extends object
    ? { readonly [Key in keyof T]: Exclude<T[Key], undefined>[] }
    : T[];

type Items<T> = AsyncIterable<T> | Iterable<T>;

/** Items that are there without waiting, and none of them a promise. */
class Ready<T> implements Iterable<T> {
  readonly #begin: () => Iterator<T>;

  constructor(begin: () => Iterator<T>) {
    this.#begin = begin;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#begin();
  }
}

function isReady<T>(items: Items<T>): items is Ready<T> {
  return items instanceof Ready;
}

/** Items that are held back: what each one gives, and what is left at the end. */
interface Held<T, R> {
  readonly add: (item: T) => Iterable<R>;
  readonly rest: () => Iterable<R>;
}

/** What items give. Of those that are there it is there too: for rows, a promise for each would cost more than the row. */
function through<T, R>(items: Items<T>, { add, rest }: Held<T, R>): Items<R> {
  if (isReady(items))
    return new Ready(function* () {
      for (const item of items) yield* add(item);
      yield* rest();
    });
  return (async function* () {
    for await (const item of items) yield* add(item);
    yield* rest();
  })();
}

/** Makes each shuffle independent of every other use of the same seed. */
const STREAM = 0x62756666; // 'buff'

/**
 * Items that come one after the other. Every method gives another stream; nothing is read before a stream is iterated.
 * Each iteration is one pass over the source. When it ends early, the source's iterator is closed. Made by `stream`.
 */
export class Stream<T> implements AsyncIterable<T> {
  readonly #open: (pass: number) => Items<T>;
  #passes = 0;

  private constructor(open: (pass: number) => Items<T>) {
    this.#open = open;
  }

  /** @internal */
  static of<T>(open: (pass: number) => Items<T>): Stream<T> {
    return new Stream(open);
  }

  /** One pass. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const items = this.#open(this.#passes++);
    if (isReady(items)) for (const item of items) yield item;
    else yield* items;
  }

  /** What `change` makes of each item. Promises are awaited, one after the other. @throws TypeError */
  map<R>(change: (item: T, index: number) => R | Promise<R>): Stream<R> {
    callable('map', 'change', change);
    return this.#then(async function* (open) {
      let index = 0;
      for await (const item of open()) yield change(item, index++);
    });
  }

  /** The items for which `keep` gives true. @throws TypeError */
  filter(keep: (item: T) => boolean | Promise<boolean>): Stream<T> {
    callable('filter', 'keep', keep);
    return this.#then(async function* (open) {
      for await (const item of open()) if (await keep(item)) yield item;
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
    return this.#then((open) => {
      const group: T[] = [];
      const all = (): Batched<T>[] => [together(group.splice(0))];
      return through(open(), {
        add: (item) => (group.push(item) < size ? [] : all()),
        rest: () => (group.length > 0 ? all() : []),
      });
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
    return this.#then((open, pass) => {
      const below = randomBelow(key, pass);
      const held: T[] = [];
      return through(open(), {
        add: (item) => (held.length < buffer ? (held.push(item), []) : held.splice(below(buffer), 1, item)),
        *rest() {
          while (held.length > 0) yield* held.splice(below(held.length), 1);
        },
      });
    });
  }

  /** The first `count` items. The source is not asked for another. @throws RangeError */
  take(count: number): Stream<T> {
    wholeNumber('take', 'count', count, { min: 0 });
    return this.#then(async function* (open) {
      if (count === 0) return;
      let left = count;
      for await (const item of open()) {
        yield item;
        if (--left === 0) return;
      }
    });
  }

  /** All but the first `count` items. @throws RangeError */
  skip(count: number): Stream<T> {
    wholeNumber('skip', 'count', count, { min: 0 });
    return this.#then(async function* (open) {
      let left = count;
      for await (const item of open()) if (left-- <= 0) yield item;
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
    return this.#then(async function* (open) {
      if (kept) {
        yield* kept;
        return;
      }
      const found: T[] = [];
      for await (const item of open()) {
        found.push(item);
        yield item;
      }
      kept = found;
    });
  }

  /** Asks for the next `count` items while the caller works on one, so that waiting for them overlaps. @throws RangeError */
  prefetch(count = 1): Stream<T> {
    wholeNumber('prefetch', 'count', count, { min: 1 });
    const open = (): AsyncIterator<T> => this[Symbol.asyncIterator]();
    return Stream.of(async function* () {
      const iterator = open();
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

  /** `change` opens the source itself, or not at all. */
  #then<R>(change: (open: () => Items<T>, pass: number) => Items<R>): Stream<R> {
    return Stream.of((pass) => change(() => this.#open(this.#passes++), pass));
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
  if (source instanceof Dataset) return Stream.of(() => new Ready(() => samplesOf(source)));
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
