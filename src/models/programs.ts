// Computations recorded once on fixed buffers and replayed for every batch.
import type { Program } from '../runtime/program.js';
import { record } from '../runtime/recorder.js';
import { detach, scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';

type Buffers = Readonly<Record<string, Tensor | undefined>>;

/** Buffers with the program that works on them. */
export type Recorded<B extends Buffers> = B & { readonly program: Program };

function tensorsOf(buffers: Buffers): Tensor[] {
  return Object.values(buffers).filter((tensor) => tensor !== undefined);
}

/** Records the kernel calls of `emit`. The buffers live until `release`. */
export function recordOn<B extends Buffers>(allocate: () => B, emit: (buffers: B) => void): Recorded<B> {
  return scoped(
    () => {
      const buffers = allocate();
      const { program } = record(() => {
        scoped(
          () => emit(buffers),
          () => [],
        );
      });
      tensorsOf(buffers).forEach(detach);
      return { ...buffers, program };
    },
    () => [],
  );
}

/** Frees a program and its buffers. */
export function release(recorded: Readonly<Record<string, { dispose(): void } | undefined>>): void {
  for (const part of Object.values(recorded)) part?.dispose();
}

/** What a program is recorded for. */
export interface BatchKey {
  readonly rows: number;
  /** Whether targets are class indices. */
  readonly indices: boolean;
  /** Whether the rows are sequences of different length. */
  readonly masked: boolean;
}

/** Programs by the batches they are for, recorded at first use. Of more than `capacity` the oldest goes. */
export class Programs<B extends Buffers> {
  readonly #capacity: number;
  readonly #make: (key: BatchKey) => Recorded<B>;
  readonly #known = new Map<number, Recorded<B>>();

  constructor(capacity: number, make: (key: BatchKey) => Recorded<B>) {
    this.#capacity = capacity;
    this.#make = make;
  }

  get(rows: number, masked: boolean, indices = false): Recorded<B> {
    const id = 4 * rows + (indices ? 2 : 0) + (masked ? 1 : 0);
    let found = this.#known.get(id);
    if (found) return found;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= this.#capacity) this.#drop(oldest);
    found = this.#make({ rows, indices, masked });
    this.#known.set(id, found);
    return found;
  }

  #drop(id: number): void {
    const found = this.#known.get(id);
    if (found) release(found);
    this.#known.delete(id);
  }

  dispose(): void {
    for (const id of this.#known.keys()) this.#drop(id);
  }
}
