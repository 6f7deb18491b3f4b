import type { AnyKernel } from './kernel.js';
import { Program, type Retained } from './program.js';
import { recordBytes, writeRecord } from './records.js';
import { runtime } from './state.js';
import { piecesOf, workOf } from './work.js';

/**
 * Turns kernel calls into records; while it is active no kernel runs. A block released during the recording is reused
 * by later requests of the same recording, since the replay reads and writes in the same order. So the order of
 * releases in the recording determines how much memory the program needs.
 */
export class Recorder {
  /** What JavaScript has to do before every run. */
  readonly before: (() => void)[] = [];
  #bytes = new ArrayBuffer(4096);
  #view = new DataView(this.#bytes);
  #length = 0;
  /** Nanoseconds of the records that threads may share. */
  #sharedWork = 0;
  readonly #blocks = new Map<number, number>();
  readonly #idle = new Set<number>();
  readonly #retained = new Set<Retained>();
  /** Inside a section: blocks that are older than it. */
  #older: ReadonlySet<number> | undefined;
  /** Those of them that were released in it. */
  #postponed: number[] = [];

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
    if (this.#length + size <= this.#bytes.byteLength) return;
    const larger = new ArrayBuffer(2 * this.#bytes.byteLength + size);
    new Uint8Array(larger).set(new Uint8Array(this.#bytes));
    this.#bytes = larger;
    this.#view = new DataView(larger);
  }

  /** A block for the program: the smallest idle one that fits without much waste, else a new one. */
  allocate(bytes: number, where?: string): number {
    let best: number | undefined;
    let bestSize = Math.max(2 * bytes, bytes + 64) + 1;
    for (const pointer of this.#idle) {
      const size = this.#blocks.get(pointer) ?? 0;
      if (size >= bytes && size < bestSize) {
        best = pointer;
        bestSize = size;
      }
    }
    if (best !== undefined) {
      this.#idle.delete(best);
      return best;
    }
    const pointer = runtime().heap.allocate(bytes, where);
    this.#blocks.set(pointer, bytes);
    return pointer;
  }

  /** Whether a block belongs to this recording; if so it may be reused from here on. */
  release(pointer: number): boolean {
    if (!this.#blocks.has(pointer)) return false;
    if (this.#older?.has(pointer)) this.#postponed.push(pointer);
    else this.#idle.add(pointer);
    return true;
  }

  /**
   * The records of the calls that `body` makes, which are left out of the program: it runs them as often as it wants to. So
   * they must not reuse a block that was in use before them, even if `body` releases it.
   */
  section(body: () => void): Uint8Array {
    const [bytes, view, length, older, postponed] = [
      this.#bytes,
      this.#view,
      this.#length,
      this.#older,
      this.#postponed,
    ];
    this.#bytes = new ArrayBuffer(1024);
    this.#view = new DataView(this.#bytes);
    this.#length = 0;
    this.#older = new Set([...this.#blocks.keys()].filter((pointer) => !this.#idle.has(pointer)));
    this.#postponed = [];
    try {
      body();
      return new Uint8Array(this.#bytes, 0, this.#length);
    } finally {
      const released = this.#postponed;
      this.#bytes = bytes;
      this.#view = view;
      this.#length = length;
      this.#older = older;
      this.#postponed = postponed;
      for (const pointer of released) this.release(pointer);
    }
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
    heap.u8.set(new Uint8Array(this.#bytes, 0, this.#length), pointer);
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

/** Records the kernel calls that `body` makes. Recordings do not nest. */
export function record<T>(body: () => T): { program: Program; result: T; before: readonly (() => void)[] } {
  if (active) throw new Error('record: a recording is already under way');
  const recorder = new Recorder();
  active = recorder;
  try {
    const result = body();
    return { program: recorder.finish(), result, before: recorder.before };
  } catch (error) {
    recorder.abandon();
    throw error;
  } finally {
    active = undefined;
  }
}

/** The records of `body`, for a part of the program under way that runs more than once: see `Recorder.section`. */
export function recordSection(body: () => void): Uint8Array {
  if (!active) throw new Error('record: no recording is under way');
  return active.section(body);
}

/** Runs `body` with a recorder of another kind. Recordings do not nest. */
export function recordWith<T>(recorder: Recorder, body: () => T): T {
  if (active) throw new Error('record: a recording is already under way');
  active = recorder;
  try {
    return body();
  } finally {
    active = undefined;
  }
}
