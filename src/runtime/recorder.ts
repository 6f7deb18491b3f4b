import type { AnyKernel } from './kernel.js';
import { Program, type Retained } from './program.js';
import { recordBytes, writeRecord } from './records.js';
import { runtime } from './state.js';
import { piecesOf, workOf } from './work.js';

/** Memory of a recording. */
interface Block {
  readonly pointer: number;
  readonly bytes: number;
}

/**
 * Turns kernel calls into records; while it is active no kernel runs. A block released during the recording is reused
 * by later requests of the same recording, since the replay reads and writes in the same order. So the order of
 * releases in the recording determines how much memory the program needs.
 */
export class Recorder {
  /** What JavaScript has to do before every run. */
  readonly before: (() => void)[] = [];
  #view = new DataView(new ArrayBuffer(4096));
  #length = 0;
  /** Nanoseconds of the records that threads may share. */
  #sharedWork = 0;
  readonly #blocks = new Map<number, Block>();
  /** The blocks that may be reused, by size, and those of one size in the order of their release. */
  readonly #idle: Block[] = [];
  readonly #retained = new Set<Retained>();

  append(kernel: AnyKernel, args: readonly number[]): void {
    const size = recordBytes(kernel);
    this.#reserve(size);
    const { heap, thresholds } = runtime();
    const work = thresholds ? workOf(kernel, args, heap) : 0;
    const pieces = thresholds ? piecesOf(work, thresholds.piece) : 0;
    if (pieces > 0) this.#sharedWork += work;
    writeRecord(this.#view, this.#length, size, kernel, args, pieces);
    this.#length += size;
  }

  #reserve(size: number): void {
    const { buffer } = this.#view;
    if (this.#length + size <= buffer.byteLength) return;
    const larger = new Uint8Array(2 * buffer.byteLength + size);
    larger.set(new Uint8Array(buffer));
    this.#view = new DataView(larger.buffer);
  }

  /** The place of the first idle block that has at least so many bytes. */
  #firstIdle(bytes: number): number {
    let [low, high] = [0, this.#idle.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#idle[middle]!.bytes < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A block for the program: the smallest idle one that fits without much waste, else a new one. */
  allocate(bytes: number, where?: string): number {
    const at = this.#firstIdle(bytes);
    const idle = this.#idle[at];
    if (idle && idle.bytes <= Math.max(2 * bytes, bytes + 64)) {
      this.#idle.splice(at, 1);
      return idle.pointer;
    }
    const pointer = runtime().heap.allocate(bytes, where);
    this.#blocks.set(pointer, { pointer, bytes });
    return pointer;
  }

  /** Whether a block belongs to this recording; if so it may be reused from here on. */
  release(pointer: number): boolean {
    const block = this.#blocks.get(pointer);
    if (block) this.#idle.splice(this.#firstIdle(block.bytes + 1), 0, block);
    return block !== undefined;
  }

  owns(pointer: number): boolean {
    return this.#blocks.has(pointer);
  }

  /** Keeps storage from outside (weights, constants) until the program is freed. */
  retain(storage: Retained): void {
    if (this.#retained.has(storage)) return;
    this.#retained.add(storage);
    storage.retain();
  }

  /** Writes the records into linear memory. */
  finish(): Program {
    const { heap } = runtime();
    const pointer = heap.allocate(this.#length);
    heap.u8.set(new Uint8Array(this.#view.buffer, 0, this.#length), pointer);
    const end = pointer + this.#length;
    return new Program(pointer, end, this.#sharedWork, [...this.#blocks.keys()], [...this.#retained]);
  }

  /** Frees everything after a failed recording. */
  abandon(): void {
    const { heap } = runtime();
    for (const pointer of this.#blocks.keys()) heap.release(pointer);
    for (const storage of this.#retained) storage.release();
  }
}

let active: Recorder | undefined;

export function activeRecorder(): Recorder | undefined {
  return active;
}

/** Runs `body` with a recorder. */
export function withRecorder<T>(recorder: Recorder, body: () => T): T {
  const outer = active;
  active = recorder;
  try {
    return body();
  } finally {
    active = outer;
  }
}

/** Runs `body` with a recorder of another kind. Recordings do not nest. */
export function recordWith<T>(recorder: Recorder, body: () => T): T {
  if (active) throw new Error('record: a recording is already under way');
  return withRecorder(recorder, body);
}

/** Records the kernel calls that `body` makes. Recordings do not nest. */
export function record<T>(body: (recorder: Recorder) => T): {
  program: Program;
  result: T;
  before: readonly (() => void)[];
} {
  const recorder = new Recorder();
  try {
    const result = recordWith(recorder, () => body(recorder));
    return { program: recorder.finish(), result, before: recorder.before };
  } catch (error) {
    recorder.abandon();
    throw error;
  }
}
