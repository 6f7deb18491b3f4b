/** What waits for each signal. One listener is for all of them, since Node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

function callbacksOf(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known) return known;
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  signal.addEventListener('abort', () => callbacks.forEach((callback) => callback()), { once: true });
  return callbacks;
}

/** The value of a promise, or a rejection with the signal's reason as soon as that is given. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (!signal) return promise;
  let callback = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    callback = () => resolve(undefined);
    if (signal.aborted) callback();
  });
  const callbacks = callbacksOf(signal);
  callbacks.add(callback);
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), aborted]);
    if (first) return first.value;
    signal.throwIfAborted();
    return await promise;
  } finally {
    callbacks.delete(callback);
  }
}
