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
export interface ProgramImage {
  readonly pointer: number;
  readonly end: number;
  /** Nanoseconds of the records that threads may share. */
  readonly sharedWork: number;
  /** The blocks from outside that the records use. */
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

  /** The records in [pointer, end); `sharedWork` nanoseconds of them may be shared among threads. */
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

  /** Where the records and the contents they rely on lie: what another instance of the module needs to run them too. */
  get image(): ProgramImage {
    return {
      pointer: this.#pointer,
      end: this.#end,
      sharedWork: this.#sharedWork,
      retained: this.#retained.map(({ pointer }) => pointer),
    };
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
