/**
 * What a promise gives, or the signal's reason as soon as it is given, however long the promise still takes. What comes
 * after that is handed to `discard`.
 */
export function untilAborted<T>(
  signal: AbortSignal | undefined,
  begin: () => T | Promise<T>,
  discard: (late: T) => unknown,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(signal.reason as Error);
  const work = Promise.resolve().then(begin);
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
      void work.then(discard).catch(() => undefined); // the search has ended: nobody is left to hear of it
    };
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
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
