// What a training worker gets: the recorded programs, all that these read before they write it, and the rows.
import { refuse } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import type { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { BatchProgram, BatchPrograms } from '../batchPrograms.js';
import type { TrainingState } from '../step.js';
import type { Region, RowSet } from './messages.js';

const region = ({ address, size }: Tensor): Region => [address / 4, size];

/** Everything that training changes. */
export function stateRegions({ network, optimizer, key }: TrainingState): Region[] {
  const { layout, slots } = optimizer;
  if (!layout) refuse(TypeError, 'fit', 'an optimizer of wasmgrad/optimizers for worker: true', 'another');
  const tensors = [...network.weights.map(({ tensor }) => tensor), ...slots.flat(), key];
  return [...tensors.map(region), [2 * (layout.rate + 1), 2 * (layout.flushFlag - layout.rate - 1)]];
}

/** Rows as they travel. */
export interface Rows {
  readonly set: RowSet;
  readonly arrays: readonly Int32Array[];
  readonly programs: readonly BatchProgram[];
}

/** Numbers as a buffer has them, as cells. */
function cellsOf(values: Float32Array | Int32Array, into: Tensor | undefined): Int32Array {
  const Kind = into?.dtype === 'f32' ? Float32Array : Int32Array;
  const { buffer, byteOffset, length } = values instanceof Kind ? values : Kind.from(values);
  return new Int32Array(buffer, byteOffset, length);
}

/** Whether workers may be given memory instead of copies. */
export const canShare = (): boolean =>
  (typeof crossOriginIsolated === 'undefined' || crossOriginIsolated) && typeof SharedArrayBuffer !== 'undefined';

const isShared = ({ buffer }: Int32Array): boolean => canShare() && buffer instanceof SharedArrayBuffer;

const none = new Int32Array();

/** The rows of a dataset, and the programs for all sizes that its batches have. */
export function rowsOf(source: BatchPrograms, data: Dataset, batchSize: number): Rows {
  const { size, x, y = none, lengths = none, xShape, yShape } = data;
  const sizes = new Set([Math.min(size, batchSize), size % batchSize]);
  sizes.delete(0);
  const programs = Array.from(sizes, (rows) => source.of(data, rows));
  const [first] = programs;
  const arrays = [cellsOf(x, first?.x), cellsOf(y, first?.y), cellsOf(lengths, first?.lengths)];
  const widths = [sizeOf(xShape), sizeOf(yShape), lengths.length && 1];
  const images = programs.map(({ x: rows, y: targets, lengths: valid = rows, results, program }) => ({
    ...program.image,
    rows: rows.shape[0] ?? 0,
    targets: [rows, targets, valid].map(({ address }) => address / 4),
    results: region(results),
  }));
  const values = arrays.map((array) => (isShared(array) ? array : array.length));
  return { set: { values, widths, programs: images }, arrays, programs };
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
  return Array.from(blocks, ([address, bytes]) => [address / 4, bytes / 4]);
}
