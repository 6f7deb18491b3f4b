import type { Dataset } from '../dataset.js';
import { pull, type Closings, type Items } from './pass.js';
import { randomBelow } from './randomBelow.js';
import * as stages from './stages.js';
import { together, type Batched } from './together.js';

/** What a stream does. Items travel in another form than users see them in: rows of a dataset as their numbers. */
export interface Flow<T> {
  /** A pass over the items. */
  readonly items: () => AsyncGenerator<T, void, undefined>;
  /** The same, of batches as datasets where they are rows of one. `pass`: its number, by default that of passes so far. */
  readonly batches: (pass?: number) => AsyncGenerator<unknown, void, undefined>;
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

/**
 * Begins a pass. Its number gives the order of `shuffle`. What comes before it counts its own passes, unless a number is
 * `given` that decides.
 */
type Begin<R> = (closings: Closings, given: number | undefined, pass: number) => Items<R>;

const plain = <U>(item: U): U => item;

/** The flow of items that `begin` gives. */
export function flowOf<T, R>(form: Form<T, R>, begin: Begin<R>): Flow<T> {
  const { view, isReady, gather, rows = view } = form;
  let passes = 0;
  const open = (closings: Closings, given?: number): Items<R> => begin(closings, given, given ?? passes++);
  const same = (next: Begin<R>, more: Partial<Form<T, R>> = {}): Flow<T> => flowOf({ ...form, ...more }, next);
  const flow: Flow<T> = {
    items: () => pull(open, view),
    batches: (pass) => pull<R, unknown>((closings) => open(closings, pass), rows),
    map: <U>(change: (item: T, index: number) => U | Promise<U>) =>
      flowOf<U, U>({ view: plain, isReady: false }, (closings, given) =>
        stages.mapped(open(closings, given), (item, index) => change(view(item), index)),
      ),
    filter: (keep) =>
      same((closings, given) => stages.filtered(open(closings, given), (item) => keep(view(item))), { isReady: false }),
    batch: (size) =>
      flowOf({ view: (group: readonly R[]) => together(group.map(view)), isReady, rows: gather }, (closings, given) =>
        stages.grouped(open(closings, given), size),
      ),
    shuffle: (buffer, key) =>
      same((closings, given, pass) => stages.shuffled(open(closings, given), buffer, randomBelow(key, pass))),
    take: (count) => same((closings, given) => stages.taken(() => open(closings, given), count)),
    skip: (count) => same((closings, given) => stages.skipped(open(closings, given), count)),
    repeat: (count) =>
      same((closings, given) => {
        const first = given && given * count;
        return stages.repeated((i) => open(closings, first === undefined ? first : first + i), count, closings);
      }),
    cache() {
      let kept: readonly R[] | undefined;
      // What is kept is of the first pass, whichever pass comes first after a restart
      return same((closings, given) => kept ?? stages.noted(open(closings, given && 0), (all) => (kept = all)));
    },
    prefetch: (count) =>
      isReady ? flow : same((closings, given) => stages.prefetched((own) => open(own, given), count, closings)),
  };
  return flow;
}
