import type { Pixels } from './messages.js';

/** Asks the network about one picture at a time: of those that come meanwhile only the last one counts. */
export class Questions {
  readonly #current: () => Pixels;
  readonly #ask: (pixels: Pixels) => void;
  #busy = false;
  #again = false;

  constructor(current: () => Pixels, ask: (pixels: Pixels) => void) {
    this.#current = current;
    this.#ask = ask;
  }

  changed(): void {
    this.#again = this.#busy;
    if (this.#busy) return;
    this.#busy = true;
    this.#ask(this.#current());
  }

  answered(): void {
    this.#busy = false;
    if (this.#again) this.changed();
  }
}
