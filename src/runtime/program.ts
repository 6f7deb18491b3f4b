import { DisposedError } from '../core/errors.js';
import { execute } from './execute.js';
import { runtime } from './state.js';

/** Reference-counted memory that a program holds on to. */
export interface Retained {
  readonly pointer: number;
  retain(): void;
  release(): void;
}

/** Addresses of a program. The program's own buffers are written before they are read, so they need not be listed. */
export interface ProgramLocation {
  readonly pointer: number;
  readonly end: number;
  /** Nanoseconds of work in records that threads may share. */
  readonly sharedWork: number;
  /** The blocks outside the program that the records use. */
  readonly retained: readonly number[];
}

/** Recorded kernel calls in linear memory, replayed by one wasm call. */
export class Program {
  readonly #pointer: number;
  readonly #end: number;
  readonly #sharedWork: number;
  readonly #blocks: readonly number[];
  readonly #retained: readonly Retained[];
  #disposed = false;

  /** The records are in [pointer, end); threads may share `sharedWork` nanoseconds of them. */
  constructor(
    pointer: number,
    end: number,
    sharedWork: number,
    blocks: readonly number[],
    retained: readonly Retained[],
  ) {
    this.#pointer = pointer;
    this.#end = end;
    this.#sharedWork = sharedWork;
    this.#blocks = blocks;
    this.#retained = retained;
  }

  /**
   * Replays every record. Returns 0, or the status of the guard (a value that is not finite) that stopped it early.
   *
   * @throws WorkerError when a thread of the pool has died meanwhile
   */
  run(): number {
    if (this.#disposed) throw new DisposedError('program: expected a live program, got one after dispose()');
    const { wasm, pool } = runtime();
    return execute(wasm, pool, this.#pointer, this.#end, this.#sharedWork);
  }

  /** Where the records and the data they read are: what another instance of the module needs to run them. */
  get location(): ProgramLocation {
    return {
      pointer: this.#pointer,
      end: this.#end,
      sharedWork: this.#sharedWork,
      retained: this.#retained.map(({ pointer }) => pointer),
    };
  }

  /** Frees the records and the program's own buffers, and releases captured tensors. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const { heap } = runtime();
    heap.release(this.#pointer);
    for (const block of this.#blocks) heap.release(block);
    for (const storage of this.#retained) storage.release();
  }
}
