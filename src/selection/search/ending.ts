/** The search on its own signal, which is given by the caller's signal or when time is over. */
export class Ending {
  readonly #controller = new AbortController();
  readonly #given: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #late = new Error('time is over');
  readonly #abort = (): void => this.#controller.abort(this.#given?.reason);

  constructor(given: AbortSignal | undefined, seconds: number | undefined) {
    this.#given = given;
    given?.addEventListener('abort', this.#abort, { once: true });
    if (seconds === undefined) return;
    const wait = Math.min(1000 * seconds, 2 ** 31 - 1); // what timers can count to
    this.#timer = setTimeout(() => this.#controller.abort(this.#late), wait);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Runs `body`, unless time is over before it ends. */
  async during(body: () => Promise<void>): Promise<void> {
    try {
      this.#given?.throwIfAborted();
      await body();
    } catch (error) {
      if (error !== this.#late) throw error;
    } finally {
      clearTimeout(this.#timer);
      this.#given?.removeEventListener('abort', this.#abort);
    }
  }
}
