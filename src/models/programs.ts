// Computations recorded once on fixed buffers and replayed for every batch.
import { DisposableBase } from '../core/disposable.js';
import { onBehalfOf, refuse } from '../core/errors.js';
import { Recent } from '../core/recent.js';
import { sizeOf } from '../core/shapes.js';
import type { Dataset } from '../data/index.js';
import type { Program } from '../runtime/program.js';
import { record } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { detach, scoped } from '../tensors/scope.js';
import { Tensor, type DType } from '../tensors/tensor.js';
import { resultCells, type CheckedMetric } from './metrics.js';
import type { Network } from './network.js';
import { hasIndices } from './weighing.js';

/** Below this many values a loop beats TypedArray.set's fixed cost. */
const SMALL = 32;

/** Copies numbers into a tensor's memory, converted to its type. */
export function write(to: Tensor<DType>, values: ArrayLike<number>): void {
  const { heap } = runtime();
  const cells = to.dtype === 'f32' ? heap.f32 : heap.i32;
  const start = to.address / 4;
  if (values.length > SMALL) cells.set(values, start);
  else for (let i = 0; i < values.length; i++) cells[start + i] = values[i]!;
}

/** A copy of an f32 tensor's memory. */
export function read(from: Tensor, into: Float32Array): void {
  const { f32 } = runtime().heap;
  const start = from.address / 4;
  if (into.length > SMALL) into.set(f32.subarray(start, start + into.length));
  else for (let i = 0; i < into.length; i++) into[i] = f32[start + i]!;
}

/** Copies of tensors by name. */
export function copiesOf(tensors: Readonly<Record<string, Tensor>>): Record<string, Float32Array<ArrayBuffer>> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, Float32Array.from(tensor.data())]));
}

type Buffers = Readonly<Record<string, Tensor<DType> | undefined>>;

/** A program with its buffers. */
export type Recorded<B extends Buffers> = B & { readonly program: Program };

function tensorsOf(buffers: Buffers): Tensor<DType>[] {
  return Object.values(buffers).filter((tensor) => tensor !== undefined);
}

/** Records the kernel calls of `emit`, whose errors come in the name of `where`. The buffers live until `release`. */
export function recordOn<B extends Buffers>(where: string, allocate: () => B, emit: (buffers: B) => void): Recorded<B> {
  const make = (): Recorded<B> => {
    const buffers = allocate();
    const { program } = record(() => {
      scoped(() => emit(buffers));
    });
    tensorsOf(buffers).forEach(detach);
    return { ...buffers, program };
  };
  return onBehalfOf(where, () => scoped(make));
}

/** Frees a program and its buffers. */
export function release(recorded: Readonly<Record<string, { dispose(): void } | undefined>>): void {
  for (const part of Object.values(recorded)) part?.dispose();
}

/** The kind of batch that a program is recorded for. */
export interface BatchKey {
  readonly rows: number;
  /** Whether targets are class indices. */
  readonly indices: boolean;
  /** Whether the rows are sequences of different length. */
  readonly masked: boolean;
  /** Weights per row; 0 without. */
  readonly weights: number;
}

/** Programs by kind of batch, recorded at first use. When there are more than `capacity`, the least recently used is freed. */
export class Programs<B extends Buffers> extends DisposableBase {
  readonly #make: (key: BatchKey) => Recorded<B>;
  readonly #known: Recent<number, Recorded<B>>;

  constructor(capacity: number, make: (key: BatchKey) => Recorded<B>) {
    super();
    this.#known = new Recent<number, Recorded<B>>(capacity, release);
    this.#make = make;
  }

  get(rows: number, masked: boolean, indices = false, weights = 0): Recorded<B> {
    const id = 2 ** 34 * weights + 4 * rows + (indices ? 2 : 0) + (masked ? 1 : 0);
    let found = this.#known.get(id);
    if (!found) this.#known.set(id, (found = this.#make({ rows, indices, masked, weights })));
    return found;
  }

  override dispose(): void {
    this.#known.clear();
  }
}

/** The fixed buffers of a batch: inputs, targets, lengths and weights if any, and the cells of loss and metrics. */
export type BatchBuffers = {
  readonly x: Tensor;
  readonly y: Tensor<DType>;
  readonly lengths: Tensor<'i32'> | undefined;
  readonly weights: Tensor | undefined;
  /**
   * The loss, two cells for each of its parts, one value a metric, then what is gathered for metrics, then `extra` cells.
   */
  readonly results: Tensor;
};

/** A recorded computation on a batch of fixed size. */
export type BatchProgram = Recorded<BatchBuffers>;

/** Usually there are full batches and a shorter last one. With more sizes than this the least recently used program is freed. */
const CAPACITY = 12;

/** Programs for a network's batches; `emit` makes their kernel calls, its errors come in the name of `where`. */
export class BatchPrograms extends Programs<BatchBuffers> {
  readonly #network: Network;

  constructor(
    where: string,
    network: Network,
    metrics: readonly CheckedMetric[],
    emit: (buffers: BatchBuffers) => void,
    { parts = 0, extra = 0 }: { readonly parts?: number; readonly extra?: number },
  ) {
    const { inputShape, outputShape } = network;
    super(CAPACITY, ({ rows, indices, masked, weights }) =>
      recordOn(
        where,
        () => ({
          x: Tensor.allocate([rows, ...inputShape]),
          y: indices
            ? Tensor.allocate([rows, ...outputShape.slice(0, -1)], 'i32')
            : Tensor.allocate([rows, ...outputShape]),
          lengths: masked ? Tensor.allocate([rows], 'i32') : undefined,
          weights: weights > 0 ? Tensor.allocate(weights > 1 ? [rows, weights] : [rows]) : undefined,
          results: Tensor.allocate([
            resultCells(metrics, network, rows, sizeOf(indices ? outputShape.slice(0, -1) : outputShape), weights) +
              2 * parts +
              extra,
          ]),
        }),
        emit,
      ),
    );
    this.#network = network;
  }

  /** The program for `rows` rows of checked data. */
  of(data: Dataset, rows: number): BatchProgram {
    const weights = (data.weights?.length ?? 0) / data.size;
    return this.get(rows, data.lengths !== undefined, hasIndices(data, this.#network.outputShape), weights);
  }
}

/**
 * Copies the rows `order[begin]` to `order[end - 1]` of checked data into the buffers of a program for this number of
 * rows.
 */
export function fill(
  { x, y, lengths, weights }: BatchBuffers,
  data: Dataset,
  order: ArrayLike<number>,
  begin: number,
  end: number,
): void {
  const { f32, i32 } = runtime().heap;
  data.copyRows(order, begin, end, f32, y.dtype === 'f32' ? f32 : i32, x.address / 4, y.address / 4);
  if (weights) data.copyWeights(order, begin, end, f32, weights.address / 4);
  if (!lengths) return;
  const at = lengths.address / 4;
  data.copyLengths(order, begin, end, i32, at);
  // They were checked, but a callback may have written to `data.lengths`, and kernels trust them.
  const steps = data.xShape[0]!;
  for (let i = at; i < at + end - begin; i++)
    if (i32[i]! >>> 0 > steps) refuse(RangeError, 'fit', `lengths from 0 to ${steps}`, i32[i]!);
}

/** The programs of a pass over data: one for full batches, one for a shorter last batch. Chosen once for the pass. */
export class PassPrograms {
  readonly #full: BatchProgram;
  readonly #last: BatchProgram;
  readonly #size: number;

  constructor(programs: BatchPrograms, data: Dataset, batchSize: number) {
    this.#size = data.size;
    this.#full = programs.of(data, Math.min(batchSize, data.size));
    this.#last = data.size % batchSize === 0 ? this.#full : programs.of(data, data.size % batchSize);
  }

  /** The program for the batch that ends before this row. */
  endingAt(end: number): BatchProgram {
    return end === this.#size ? this.#last : this.#full;
  }
}
