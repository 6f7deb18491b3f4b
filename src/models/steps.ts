import type { Program } from '../runtime/program.js';
import { detach } from '../tensors/scope.js';
import { Tensor } from '../tensors/tensor.js';
import { targetShape, type TargetKind } from './batches.js';
import type { Network } from './network.js';

/** A recorded computation on a batch of fixed size: its input buffers, and the cells it leaves numbers in. */
export interface BatchProgram {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly lengths?: Tensor | undefined;
  /** The loss, then one value a metric. */
  readonly results: Tensor;
  readonly program: Program;
}

/** What a batch program is recorded for. */
export interface BatchKey {
  readonly rows: number;
  readonly kind: TargetKind;
  readonly masked: boolean;
}

/** The fixed buffers of a batch program: inputs, targets, lengths if any, and the cells for loss and metrics. */
export function allocateBatch(
  { inputShape, outputShape }: Network,
  { rows, kind, masked }: BatchKey,
  metrics: number,
): Omit<BatchProgram, 'program'> {
  return {
    x: detach(Tensor.allocate([rows, ...inputShape])),
    y: detach(Tensor.allocate(targetShape(kind, rows, outputShape), kind === 'indices' ? 'i32' : 'f32')),
    lengths: masked ? detach(Tensor.allocate([rows], 'i32')) : undefined,
    results: detach(Tensor.allocate([1 + metrics])),
  };
}

/** Shorter last batches and the full ones are the usual; more sizes than this and the oldest program goes. */
const CAPACITY = 12;

/** Programs by batch size and kind of target, recorded at first use. */
export class BatchPrograms {
  readonly #build: (key: BatchKey) => BatchProgram;
  readonly #programs = new Map<number, BatchProgram>();

  constructor(build: (key: BatchKey) => BatchProgram) {
    this.#build = build;
  }

  get(rows: number, kind: TargetKind, masked: boolean): BatchProgram {
    const id = 4 * rows + (kind === 'indices' ? 2 : 0) + (masked ? 1 : 0);
    const known = this.#programs.get(id);
    if (known) return known;
    const oldest = this.#programs.keys().next();
    if (this.#programs.size >= CAPACITY && !oldest.done) this.#drop(oldest.value);
    const made = this.#build({ rows, kind, masked });
    this.#programs.set(id, made);
    return made;
  }

  #drop(id: number): void {
    const entry = this.#programs.get(id);
    this.#programs.delete(id);
    if (!entry) return;
    entry.program.dispose();
    for (const tensor of [entry.x, entry.y, entry.lengths, entry.results]) tensor?.dispose();
  }

  dispose(): void {
    for (const id of [...this.#programs.keys()]) this.#drop(id);
  }
}
