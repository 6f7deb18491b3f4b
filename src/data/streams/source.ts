import { show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { awaited, isPromise, type Closings, type Wait } from './pass.js';

export function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** The next result of an iterator. */
function* resultOf(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
): Generator<Wait, { readonly done?: unknown; readonly value?: unknown }> {
  const next = iterator.next();
  const result: unknown = isPromise<unknown>(next) ? yield* awaited(next) : next;
  if (typeof result !== 'object' || result === null)
    refuse(TypeError, 'stream', 'an iterator that returns objects', show(result));
  return result;
}

/** The items of an iterable. If a pass ends early, its iterator is closed, unless it has failed itself. */
export function* read(
  iterable: Iterable<unknown> | AsyncIterable<unknown>,
  closings: Closings,
): Generator<unknown, void> {
  const iterator = Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
  let isOpen = false;
  try {
    for (;;) {
      isOpen = false;
      const { done, value } = yield* resultOf(iterator);
      if (done) return;
      isOpen = true;
      yield isPromise(value) ? yield* awaited(value) : value;
    }
  } finally {
    const closing: unknown = isOpen ? iterator.return?.() : undefined;
    if (isPromise(closing)) closings.add(closing);
  }
}
