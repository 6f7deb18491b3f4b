import type { Dataset } from '../data/index.js';
import { runtime } from '../runtime/state.js';
import { Tensor } from '../tensors/tensor.js';
import { hasIndices } from './batches.js';
import type { Network } from './network.js';
import { Programs, recordOn, type Recorded } from './programs.js';

/** The fixed buffers of a batch: inputs, targets, lengths if any, and the cells that loss and metrics come in. */
export type BatchBuffers = {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly lengths: Tensor | undefined;
  /** The loss, then one value a metric. */
  readonly results: Tensor;
};

/** A recorded computation on a batch of fixed size. */
export type BatchProgram = Recorded<BatchBuffers>;

/** Shorter last batches and the full ones are the usual; more sizes than this and the oldest program goes. */
const CAPACITY = 12;

/** Programs for a network's batches; `emit` makes their kernel calls. */
export class BatchPrograms extends Programs<BatchBuffers> {
  readonly #network: Network;

  constructor(network: Network, metrics: number, emit: (buffers: BatchBuffers) => void) {
    const { inputShape, outputShape } = network;
    super(CAPACITY, ({ rows, indices, masked }) =>
      recordOn(
        () => ({
          x: Tensor.allocate([rows, ...inputShape]),
          y: indices
            ? Tensor.allocate([rows, ...outputShape.slice(0, -1)], 'i32')
            : Tensor.allocate([rows, ...outputShape]),
          lengths: masked ? Tensor.allocate([rows], 'i32') : undefined,
          results: Tensor.allocate([1 + metrics]),
        }),
        emit,
      ),
    );
    this.#network = network;
  }

  /** The program for so many rows of checked data. */
  of(data: Dataset, rows: number): BatchProgram {
    return this.get(rows, data.lengths !== undefined, hasIndices('fit', data, this.#network.outputShape));
  }

  /** The program for the rows `order[begin]` to `order[end - 1]` of checked data, which are in its buffers. */
  filled(data: Dataset, order: ArrayLike<number>, begin: number, end: number): BatchProgram {
    const found = this.of(data, end - begin);
    const { x, y, lengths } = found;
    const { f32, i32 } = runtime().heap;
    data.copyRows(order, begin, end, f32, y.dtype === 'f32' ? f32 : i32, x.address / 4, y.address / 4);
    if (lengths) data.copyLengths(order, begin, end, i32, lengths.address / 4);
    return found;
  }
}

/** What a program has left in its cells: the loss, then one value a metric. */
export function resultsOf({ results }: BatchBuffers): number[] {
  const { f32 } = runtime().heap;
  const start = results.address / 4;
  return Array.from(f32.subarray(start, start + results.size));
}
