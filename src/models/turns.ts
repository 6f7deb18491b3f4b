/** Milliseconds of work after which the page or event loop gets its turn. */
const SLICE_MS = 12;

/** Gives way to the event loop now and then, so that pages stay responsive and signals are seen. */
export class Turns {
  readonly #slice: number;
  #since = performance.now();

  constructor(slice: number = SLICE_MS) {
    this.#slice = slice;
  }

  /** Whether it is time. */
  get due(): boolean {
    return performance.now() - this.#since > this.#slice;
  }

  /** Lets everything that waits run first. */
  async give(): Promise<void> {
    // A message is not throttled or clamped to 4 ms as timers are.
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    this.#since = performance.now();
  }
}
