// What a training worker gets: the recorded programs, all that these read before they write it, and the rows.
import { sizeOf } from '../../core/shapes.js';
import type { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import type { BatchProgram, BatchPrograms } from '../batchPrograms.js';
import type { TrainingState } from '../step.js';
import type { ProgramImage, Region, RowSet } from './messages.js';

const region = ({ address, size }: Tensor): Region => [address / 4, size];

/** The weights, and everything that training changes, these included. */
export function stateRegions({ network, optimizer, key }: TrainingState): { weights: Region[]; state: Region[] } {
  const { layout, slots } = optimizer;
  if (!layout) throw new TypeError('fit: with worker: true expected an optimizer of wasmgrad/optimizers, got another');
  const weights = network.weights.map(({ tensor }) => region(tensor));
  const hyper: Region = [2 * (layout.rate + 1), 2 * (layout.turn - layout.rate - 1)];
  return { weights, state: [...weights, ...slots.flat().map(region), hyper, region(key)] };
}

/** Rows as they travel. */
export interface Rows {
  readonly set: RowSet;
  readonly arrays: readonly Int32Array[];
  readonly programs: readonly BatchProgram[];
}

/** Numbers as tensors of this type have them, as cells. */
function cellsOf(values: Float32Array | Int32Array, dtype: DType): Int32Array {
  const Kind = dtype === 'f32' ? Float32Array : Int32Array;
  const { buffer, byteOffset, length } = values instanceof Kind ? values : Kind.from(values);
  return new Int32Array(buffer, byteOffset, length);
}

function isShared({ buffer }: Int32Array): boolean {
  const isolated = typeof crossOriginIsolated === 'undefined' || crossOriginIsolated;
  return isolated && typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
}

function imageOf({ x, y, lengths, results, program }: BatchProgram): ProgramImage {
  const { pointer, end, sharedWork } = program.image;
  const targets = [x, y, ...(lengths ? [lengths] : [])].map(({ address }) => address / 4);
  return { rows: x.shape[0] ?? 0, pointer, end, sharedWork, targets, results: region(results) };
}

/** The rows of a dataset, and the programs for all sizes that its batches have. */
export function rowsOf(source: BatchPrograms, data: Dataset, batchSize: number): Rows {
  const sizes = new Set([Math.min(data.size, batchSize), data.size % batchSize].filter((rows) => rows > 0));
  const programs = [...sizes].map((rows) => source.of(data, rows));
  const { x, y, lengths, xShape, yShape } = data;
  const arrays = [
    cellsOf(x, 'f32'),
    ...(y ? [cellsOf(y, programs[0]?.y.dtype ?? 'f32')] : []),
    ...(lengths ? [lengths] : []),
  ];
  const widths = [sizeOf(xShape), sizeOf(yShape), 1];
  const set = {
    arrays: arrays.map((values, k) => ({ values: isShared(values) ? values : values.length, width: widths[k] ?? 1 })),
    programs: programs.map(imageOf),
  };
  return { set, arrays, programs };
}

/** Everything the programs need to find in memory; each block once. */
export function contents(programs: readonly BatchProgram[]): Region[] {
  const { heap } = runtime();
  const blocks = new Map<number, number>();
  for (const { program } of programs) {
    const { pointer, end, retained } = program.image;
    blocks.set(pointer, end - pointer);
    for (const address of retained) blocks.set(address, heap.sizeOf(address));
  }
  // Written anew for every batch
  for (const { x, y, lengths, results } of programs)
    for (const buffer of [x, y, lengths, results]) if (buffer) blocks.delete(buffer.address);
  return [...blocks].map(([address, bytes]) => [address / 4, bytes / 4]);
}
