import { activeRecorder, type Recorder } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';

/** Reference-counted bytes in linear memory; several tensors may share one storage. */
export class Storage {
  readonly pointer: number;
  readonly #owner: Recorder | undefined;
  #references = 1;

  private constructor(pointer: number, owner: Recorder | undefined) {
    this.pointer = pointer;
    this.#owner = owner;
  }

  /** Memory that a kernel will write. While a program is recorded it belongs to the program. Errors name `where`. */
  static allocate(bytes: number, where?: string): Storage {
    const recorder = activeRecorder();
    return recorder
      ? new Storage(recorder.allocate(bytes, where), recorder)
      : new Storage(runtime().heap.allocate(bytes, where), undefined);
  }

  /** Memory that is filled from JavaScript immediately, so that no recording may reuse it. */
  static constant(bytes: number, where?: string): Storage {
    const storage = new Storage(runtime().heap.allocate(bytes, where), undefined);
    activeRecorder()?.retain(storage);
    return storage;
  }

  /** The pointer for a kernel call. A program being recorded holds the storage from now on. */
  use(): number {
    const recorder = activeRecorder();
    if (recorder && this.#owner !== recorder) recorder.retain(this);
    return this.pointer;
  }

  get shared(): boolean {
    return this.#references > 1;
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    this.#references--;
    if (this.#references > 0) return;
    if (!this.#owner) runtime().heap.release(this.pointer);
    else if (activeRecorder() === this.#owner) this.#owner.release(this.pointer);
    // Otherwise the program owns the block and frees it when it is freed.
  }
}
