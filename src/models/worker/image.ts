// What a training worker gets of linear memory: the recorded programs, and all that these read before they write it.
import type { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { TargetKind } from '../batches.js';
import type { BatchProgram } from '../steps.js';
import type { Trainer } from '../trainer.js';
import type { BatchImage, DataImage, Region, Rows } from './messages.js';

const region = (tensor: Tensor): Region => [tensor.address, tensor.size];

/** The weights' regions, and with them those of everything else that training changes. */
export function stateRegions(trainer: Trainer, all: readonly Tensor[]): { weights: Region[]; state: Region[] } {
  const { optimizer, key } = trainer.state;
  const bytes = (tensor: Tensor): Region => [tensor.address, 4 * tensor.size];
  const weights = all.map(bytes);
  const { layout } = optimizer;
  const hyper: Region[] = layout ? [[8 * (layout.rate + 1), 8 * (layout.turn - layout.rate - 1)]] : [];
  return { weights, state: [...weights, ...optimizer.slots.flat().map(bytes), ...hyper, bytes(key)] };
}

/** Numbers of rows that batches of a dataset have: the full ones, and a shorter last one. */
export function batchSizes(size: number, batchSize: number): number[] {
  const sizes = [Math.min(size, batchSize), size % batchSize];
  return [...new Set(sizes.filter((rows) => rows > 0))];
}

export function imageOf(rows: number, kind: TargetKind, { x, y, lengths, results, program }: BatchProgram): BatchImage {
  const { pointer, end, sharedWork } = program.image;
  return {
    rows,
    pointer,
    end,
    sharedWork,
    x: region(x),
    y: region(y),
    lengths: lengths && region(lengths),
    indices: kind === 'indices',
    results: results.address,
  };
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
  return [...blocks];
}

/** Whether memory can be shared with a worker. */
export function canShare(): boolean {
  const isolated = typeof crossOriginIsolated === 'undefined' || crossOriginIsolated;
  return isolated && typeof SharedArrayBuffer !== 'undefined';
}

function rowsOf(values: Float32Array | Int32Array | undefined): Rows | undefined {
  if (!values || (canShare() && values.buffer instanceof SharedArrayBuffer)) return values;
  return { whole: values instanceof Int32Array, length: values.length };
}

export function dataImage({ size, x, xShape, y, yShape, lengths }: Dataset): DataImage {
  return { size, xShape, yShape, arrays: [x, y, lengths].map(rowsOf) };
}
