// One pass over a stream. Its stages are generators that never wait themselves: where one must, it gives a `Wait`, which
// the others hand on, and asks again afterwards. So items that are there cost no promises.

/** A promise to wait for before the next item is asked for. */
export class Wait<T = unknown> {
  /** What became of it. */
  outcome: PromiseSettledResult<T> | undefined;
  /** Resolves when there is an outcome; never rejects. */
  readonly settled: Promise<void>;

  constructor(promise: PromiseLike<T>) {
    this.settled = Promise.resolve(promise).then(
      (value) => {
        this.outcome = { status: 'fulfilled', value };
      },
      (reason: unknown) => {
        this.outcome = { status: 'rejected', reason };
      },
    );
  }
}

/** Items of a stage, and what must be waited for between them. */
export type Items<R> = Iterable<R | Wait>;

/** The value of a promise, for stages. */
export function* awaited<T>(promise: PromiseLike<T>): Generator<Wait, T> {
  const wait = new Wait(promise);
  while (!wait.outcome) yield wait;
  if (wait.outcome.status === 'rejected') throw wait.outcome.reason;
  return wait.outcome.value;
}

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Iterators that are being closed: a stage that is left early cannot wait for that. */
export class Closings {
  readonly #open: Promise<unknown>[] = [];

  add(closing: PromiseLike<unknown>): void {
    const closed = Promise.resolve(closing);
    closed.catch(() => undefined); // it is heard of when it is waited for
    this.#open.push(closed);
  }

  get any(): boolean {
    return this.#open.length > 0;
  }

  /** Waits for all. Rejects if one does. */
  async all(): Promise<void> {
    await Promise.all(this.#open.splice(0));
  }
}

/** The items of a pass that begins when the first is asked for, as users see them. */
export async function* pull<R, T>(
  open: (closings: Closings) => Items<R>,
  view: (item: R) => T,
): AsyncGenerator<T, void, undefined> {
  const closings = new Closings();
  let failed = false;
  try {
    for (const item of open(closings)) {
      if (closings.any) await closings.all();
      if (item instanceof Wait) await item.settled;
      else yield view(item);
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    const closed = closings.all();
    await (failed ? closed.catch(() => undefined) : closed);
  }
}
