// What a pass goes through: one generator for each method of a stream. `open` begins the pass over what comes before.
import { awaited, isPromise, pull, Wait, type Closings, type Items } from './pass.js';

export function* mapped<R, T>(items: Items<R>, change: (item: R, index: number) => T | Promise<T>): Items<T> {
  let index = 0;
  for (const item of items) {
    if (item instanceof Wait) yield item;
    else {
      const made = change(item, index++);
      yield isPromise(made) ? yield* awaited(made) : made;
    }
  }
}

export function* filtered<R>(items: Items<R>, keep: (item: R) => boolean | Promise<boolean>): Items<R> {
  for (const item of items) {
    if (item instanceof Wait) yield item;
    else {
      const kept = keep(item);
      if (isPromise(kept) ? yield* awaited(kept) : kept) yield item;
    }
  }
}

export function* grouped<R>(items: Items<R>, size: number): Items<R[]> {
  let group: R[] = [];
  for (const item of items) {
    if (item instanceof Wait) yield item;
    else if (group.push(item) === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

/** `below` gives whole numbers below a bound. */
export function* shuffled<R>(items: Items<R>, buffer: number, below: (bound: number) => number): Items<R> {
  const held: R[] = [];
  for (const item of items) {
    if (item instanceof Wait) yield item;
    else if (held.length < buffer) held.push(item);
    else {
      const at = below(buffer);
      const given = held[at]!;
      held[at] = item;
      yield given;
    }
  }
  while (held.length > 0) yield* held.splice(below(held.length), 1);
}

export function* taken<R>(open: () => Items<R>, count: number): Items<R> {
  let left = count;
  if (left === 0) return;
  for (const item of open()) {
    yield item;
    if (!(item instanceof Wait) && --left === 0) return;
  }
}

export function* skipped<R>(items: Items<R>, count: number): Items<R> {
  let left = count;
  for (const item of items) if (item instanceof Wait || left-- <= 0) yield item;
}

/** Ends, too, when there is no item: it would go round for ever. `open` is given the number of the round. */
export function* repeated<R>(open: (round: number) => Items<R>, count: number, closings: Closings): Items<R> {
  for (let round = 0; round < count; round++) {
    let any = false;
    for (const item of open(round)) {
      any ||= !(item instanceof Wait);
      yield item;
    }
    if (closings.any) yield* awaited(closings.all());
    if (!any) return;
  }
}

/** `keep` is given the items of a whole pass. */
export function* noted<R>(items: Items<R>, keep: (all: readonly R[]) => void): Items<R> {
  const found: R[] = [];
  for (const item of items) {
    if (!(item instanceof Wait)) found.push(item);
    yield item;
  }
  keep(found);
}

/** Asks for `count` items in advance. */
export function* prefetched<R>(open: (closings: Closings) => Items<R>, count: number, closings: Closings): Items<R> {
  const iterator = pull(open, (item) => item);
  const asked: Promise<IteratorResult<R, void>>[] = [];
  const ask = (): void => {
    const next = iterator.next();
    next.catch(() => undefined); // it is heard of when its turn comes
    asked.push(next);
  };
  try {
    for (;;) {
      while (asked.length <= count) ask();
      const first = asked.shift();
      const next = first && (yield* awaited(first));
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    closings.add(iterator.return());
  }
}
