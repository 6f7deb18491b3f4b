// Starts a training worker: the programs are recorded on this thread and sent to the worker with all data they read.
import { sizeOf } from '../../core/shapes.js';
import { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import type { InferenceModel } from '../inferenceModel.js';
import type { BatchProgram, BatchPrograms } from '../programs.js';
import { TrainingFeed, VALIDATION_ROWS, type LoopOptions } from '../trainingLoop.js';
import { WorkerClient } from './client.js';
import { connect } from './connection.js';
import type { BatchProgramCopy, Region, RowSet } from './messages.js';

/** A tensor's cells. */
export const region = ({ address, size }: Tensor<DType>): Region => [address / 4, size];

/** Rows to send, with the programs that run on them. */
interface Rows {
  readonly set: RowSet;
  readonly arrays: readonly Int32Array[];
  readonly programs: readonly BatchProgram[];
}

/** Numbers, converted to the type of a buffer, as cells. */
function cellsOf(values: Float32Array | Int32Array, into: Tensor<DType> | undefined): Int32Array {
  const Kind = into?.dtype === 'f32' ? Float32Array : Int32Array;
  const { buffer, byteOffset, length } = values instanceof Kind ? values : Kind.from(values);
  return new Int32Array(buffer, byteOffset, length);
}

/** Whether memory can be shared with workers instead of copied. */
const canShare = (): boolean =>
  (typeof crossOriginIsolated === 'undefined' || crossOriginIsolated) && typeof SharedArrayBuffer !== 'undefined';

const isShared = ({ buffer }: Int32Array): boolean => canShare() && buffer instanceof SharedArrayBuffer;

const none = new Int32Array();

/** The rows of a dataset, and the programs for all sizes that its batches have. */
function rowsOf(source: BatchPrograms, data: Dataset, batchSize: number): Rows {
  const { size, x, y = none, lengths = none, weights = none, xShape, yShape } = data;
  const sizes = new Set([Math.min(size, batchSize), size % batchSize]);
  sizes.delete(0);
  const programs = Array.from(sizes, (rows) => source.of(data, rows));
  const [first] = programs;
  const arrays = [
    cellsOf(x, first?.x),
    cellsOf(y, first?.y),
    cellsOf(lengths, first?.lengths),
    cellsOf(weights, first?.weights),
  ];
  const widths = [sizeOf(xShape), sizeOf(yShape), lengths.length && 1, weights.length / size];
  const values = arrays.map((array) => (isShared(array) ? array : array.length));
  return { set: { values, widths, programs: programs.map(copyOf) }, arrays, programs };
}

/** A program without what it retains, which is sent before. */
export function copyOf({ x, y, lengths, weights, results, program }: BatchProgram): BatchProgramCopy {
  const { retained: _, ...location } = program.location;
  return {
    ...location,
    rows: x.shape[0] ?? 0,
    targets: [x, y, lengths ?? x, weights ?? x].map(({ address }) => address / 4),
    results: region(results),
  };
}

/** The blocks of memory that the programs read; each block once. */
export function contents(programs: readonly BatchProgram[]): Region[] {
  const { heap } = runtime();
  const blocks = new Map<number, number>();
  for (const { program } of programs) {
    const { pointer, end, retained } = program.location;
    blocks.set(pointer, end - pointer);
    for (const address of retained) blocks.set(address, heap.sizeOf(address));
  }
  return Array.from(blocks, ([address, bytes]) => [address / 4, bytes / 4]);
}

export interface WorkerOptions extends LoopOptions {
  readonly model: InferenceModel;
}

/** Set numbers: rows for training, rows for validation. */
export const [TRAINING, VALIDATION] = [0, 1];

const NO_ROWS: Rows = { set: { values: [], widths: [], programs: [] }, arrays: [], programs: [] };

/** Starts a worker and sends it everything. @throws WorkerError; errors of recording */
export async function start({ model, plan, trainer, evaluator }: WorkerOptions): Promise<WorkerClient> {
  const { data, validation, batchSize, signal } = plan;
  const rows = (source: BatchPrograms | undefined, from: unknown, size: number): Rows =>
    source && from instanceof Dataset ? rowsOf(source, from, size) : NO_ROWS;
  const sets = [
    rows(trainer.programs, TrainingFeed.serves(plan) ? undefined : data, batchSize),
    rows(evaluator, validation, VALIDATION_ROWS),
  ];
  const blueprint = await runtime().blueprint();
  const abort = canShare() ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
  const connection = await connect();
  const client = new WorkerClient(model, signal, connection, abort);
  try {
    const { reserved: bytes } = runtime().heap;
    connection.send({ kind: 'setup', ...blueprint, bytes, sets: sets.map(({ set }) => set), abort });
    await client.send(contents(sets.flatMap(({ programs }) => programs)));
    const values = sets.flatMap(({ set, arrays }) => set.values.map((sent, k) => ({ array: arrays[k] ?? none, sent })));
    for (const [k, { array, sent }] of values.entries())
      if (sent !== array) await client.write(k + 1, 0, array.length, () => array);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}
