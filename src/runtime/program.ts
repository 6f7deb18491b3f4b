import { DisposedError } from '../core/errors.js';
import { runtime } from './state.js';

/** Reference-counted memory that a program holds on to. */
export interface Retained {
  retain(): void;
  release(): void;
}

/** Recorded kernel calls in linear memory, replayed by one wasm call. */
export class Program {
  readonly #pointer: number;
  readonly #end: number;
  readonly #blocks: readonly number[];
  readonly #retained: readonly Retained[];
  #disposed = false;

  constructor(pointer: number, bytes: number, blocks: readonly number[], retained: readonly Retained[]) {
    this.#pointer = pointer;
    this.#end = pointer + bytes;
    this.#blocks = blocks;
    this.#retained = retained;
  }

  /** Replays every record. Returns 0, or the status of the guard (a value that is not finite) that stopped it early. */
  run(): number {
    if (this.#disposed) throw new DisposedError('program: used after dispose()');
    return runtime().wasm.run(this.#pointer, this.#end);
  }

  /** Frees the records, the program's own buffers and its hold on captured tensors. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const { heap } = runtime();
    heap.release(this.#pointer);
    for (const block of this.#blocks) heap.release(block);
    for (const storage of this.#retained) storage.release();
  }
}
