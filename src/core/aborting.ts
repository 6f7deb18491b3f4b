/**
 * What a promise gives, or the signal's reason as soon as it is given, however long the promise still takes. What comes
 * after that is handed to `discard`.
 */
export async function untilAborted<T>(
  signal: AbortSignal | undefined,
  begin: () => T | Promise<T>,
  discard: (late: T) => unknown,
): Promise<T> {
  if (!signal) return begin();
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (abort = resolve));
  signal.addEventListener('abort', abort, { once: true });
  const work = Promise.resolve().then(begin);
  try {
    await Promise.race([work, aborted]);
  } catch (error) {
    signal.throwIfAborted(); // what failed because of it
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  if (signal.aborted) void work.then(discard).catch(() => undefined); // nobody is left to hear of it
  signal.throwIfAborted();
  return work;
}

/** Runs `body` with a signal that is given with the first of several. */
export async function withJointSignal<T>(
  signals: readonly (AbortSignal | undefined)[],
  body: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  if (given.length < 2) return body(given[0]);
  const joint = new AbortController();
  for (const signal of given) {
    const abort = (): void => joint.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: joint.signal });
  }
  try {
    return await body(joint.signal);
  } finally {
    joint.abort(); // ends the listening
  }
}
