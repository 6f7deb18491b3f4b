import { callable, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { seedWords } from '../tensors/creation.js';
import { datasetPasses } from './batches.js';
import { Dataset } from './dataset.js';
import { sampler, type Sample } from './samples.js';
import { flowOf, type Flow } from './streams/flow.js';
import { rowPicker } from './streams/pickedRows.js';
import { isIterable, read } from './streams/source.js';
import type { Batched } from './streams/together.js';

/** Where a stream comes from. A function is called for each pass. */
export type StreamSource<T> = Iterable<T> | AsyncIterable<T> | (() => Iterable<T> | AsyncIterable<T>);

/**
 * Items that come one after the other. Every method gives another stream; nothing is read before a stream is iterated.
 * Each iteration is one pass over the source. When it ends early, the source's iterator is closed. Made by `stream`.
 */
export class Stream<T> implements AsyncIterable<T> {
  readonly #flow: Flow<T>;

  private constructor(flow: Flow<T>) {
    this.#flow = flow;
    datasetPasses.set(this, flow.batches);
  }

  /** @internal */
  static of<T>(flow: Flow<T>): Stream<T> {
    return new Stream(flow);
  }

  /** One pass. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.#flow.items();
  }

  /** What `change` makes of each item. Promises are awaited, one after the other. @throws TypeError */
  map<R>(change: (item: T, index: number) => R | Promise<R>): Stream<R> {
    return Stream.of(this.#flow.map(callable('map', 'change', change)));
  }

  /** The items for which `keep` gives true. @throws TypeError */
  filter(keep: (item: T) => boolean | Promise<boolean>): Stream<T> {
    return Stream.of(this.#flow.filter(callable('filter', 'keep', keep)));
  }

  /**
   * Items in groups of `size`, the last of which may be smaller: of objects and arrays (`{ x, y }`, `[x, y]`), one with
   * the list of each part, as `fit` takes them; of others, lists.
   *
   * @throws RangeError; when a pass comes to it, TypeError for an object that has not the parts of the first of its batch
   */
  batch(size: number): Stream<Batched<T>> {
    return Stream.of(this.#flow.batch(wholeNumber('batch', 'size', size, { min: 1 })));
  }

  /**
   * Takes the next item from `buffer` ones at random, so that the order is better the more there are. Every pass has
   * another order; the same seed gives the same orders. In `fit` they belong to the numbers of the epochs.
   *
   * @param seed whole number >= 0, default 0
   * @throws RangeError
   */
  shuffle(buffer: number, seed = 0): Stream<T> {
    wholeNumber('shuffle', 'buffer', buffer, { min: 1 });
    return Stream.of(this.#flow.shuffle(buffer, seedWords('shuffle', seed)));
  }

  /** The first `count` items. The source is not asked for another. @throws RangeError */
  take(count: number): Stream<T> {
    return Stream.of(this.#flow.take(wholeNumber('take', 'count', count, { min: 0 })));
  }

  /** All but the first `count` items. @throws RangeError */
  skip(count: number): Stream<T> {
    return Stream.of(this.#flow.skip(wholeNumber('skip', 'count', count, { min: 0 })));
  }

  /** The same items again, `count` times in all; without an end by default. @throws RangeError */
  repeat(count = Infinity): Stream<T> {
    if (count !== Infinity) wholeNumber('repeat', 'count', count, { min: 1 });
    return Stream.of(this.#flow.repeat(count));
  }

  /** Keeps the items of the first whole pass in memory; later passes read them there. */
  cache(): Stream<T> {
    return Stream.of(this.#flow.cache());
  }

  /** Asks for the next `count` items while the caller works on one, so that waiting for them overlaps. @throws RangeError */
  prefetch(count = 1): Stream<T> {
    return Stream.of(this.#flow.prefetch(wholeNumber('prefetch', 'count', count, { min: 1 })));
  }
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
  if (source instanceof Dataset) return rowsOf(source);
  if (typeof source !== 'function' && (!isIterable(source) || ArrayBuffer.isView(source)))
    refuse(TypeError, 'stream', 'an iterable, a generator function or a dataset', show(source));
  let isRead = false;
  return Stream.of(
    flowOf({ view: (item) => item, isReady: false }, (closings) => {
      const items: unknown = typeof source === 'function' ? source() : source;
      if (!isIterable(items))
        refuse(TypeError, 'stream', 'a function that returns an iterable', `one that returns ${show(items)}`);
      if (isRead && items === source && 'next' in items)
        refuse(
          TypeError,
          'stream',
          'items for another pass',
          'a generator that has been read (pass the generator function)',
        );
      isRead = true;
      return read(items, closings);
    }),
  );
}

/** The rows of a dataset, as their numbers. */
function rowsOf(data: Dataset): Stream<Sample> {
  return Stream.of(
    flowOf({ view: sampler(data), gather: rowPicker(data), isReady: true }, function* () {
      for (let i = 0; i < data.size; i++) yield i;
    }),
  );
}
