import type { Dataset } from '../dataset.js';
import { pull, type Closings, type Items } from './pass.js';
import { randomBelow } from './randomBelow.js';
import * as stages from './stages.js';
import { together, type Batched } from './together.js';

/** What a stream does. Items travel in another form than users see them in: rows of a dataset as their numbers. */
export interface Flow<T> {
  /** A pass over the items. */
  readonly items: () => AsyncGenerator<T, void, undefined>;
  /** The same, of batches as datasets where they are rows of one. */
  readonly batches: () => AsyncGenerator<unknown, void, undefined>;
  readonly map: <R>(change: (item: T, index: number) => R | Promise<R>) => Flow<R>;
  readonly filter: (keep: (item: T) => boolean | Promise<boolean>) => Flow<T>;
  readonly batch: (size: number) => Flow<Batched<T>>;
  readonly shuffle: (buffer: number, key: readonly [number, number]) => Flow<T>;
  readonly take: (count: number) => Flow<T>;
  readonly skip: (count: number) => Flow<T>;
  readonly repeat: (count: number) => Flow<T>;
  readonly cache: () => Flow<T>;
  readonly prefetch: (count: number) => Flow<T>;
}

/** The form `R` of items that users see as `T`. */
export interface Form<T, R> {
  readonly view: (item: R) => T;
  /** Whether no item must be waited for. */
  readonly isReady: boolean;
  /** Of rows: a batch of them. */
  readonly gather?: ((items: readonly R[]) => Dataset) | undefined;
  /** Of batches of rows. */
  readonly rows?: ((item: R) => Dataset) | undefined;
}

/** The flow of items that `begin` gives for each pass. Passes are counted, for the orders of `shuffle`. */
export function flowOf<T, R>(form: Form<T, R>, begin: (closings: Closings, pass: number) => Items<R>): Flow<T> {
  const { view, isReady, gather, rows = view } = form;
  let passes = 0;
  const open = (closings: Closings): Items<R> => begin(closings, passes++);
  const same = (next: typeof begin, more: Partial<Form<T, R>> = {}): Flow<T> => flowOf({ ...form, ...more }, next);
  const plain = <U>(item: U): U => item;
  const flow: Flow<T> = {
    items: () => pull(open, view),
    batches: () => pull<R, unknown>(open, rows),
    map: <U>(change: (item: T, index: number) => U | Promise<U>) =>
      flowOf<U, U>({ view: plain, isReady: false }, (closings) =>
        stages.mapped(open(closings), (item, index) => change(view(item), index)),
      ),
    filter: (keep) =>
      same((closings) => stages.filtered(open(closings), (item) => keep(view(item))), { isReady: false }),
    batch: (size) =>
      flowOf({ view: (group: readonly R[]) => together(group.map(view)), isReady, rows: gather }, (closings) =>
        stages.grouped(open(closings), size),
      ),
    shuffle: (buffer, key) => same((closings, pass) => stages.shuffled(open(closings), buffer, randomBelow(key, pass))),
    take: (count) => same((closings) => stages.taken(() => open(closings), count)),
    skip: (count) => same((closings) => stages.skipped(open(closings), count)),
    repeat: (count) => same((closings) => stages.repeated(open, count, closings)),
    cache() {
      let kept: readonly R[] | undefined;
      return same((closings) => kept ?? stages.noted(open(closings), (all) => (kept = all)));
    },
    prefetch: (count) => (isReady ? flow : same((closings) => stages.prefetched(open, count, closings))),
  };
  return flow;
}
