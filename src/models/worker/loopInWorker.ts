// Training in a worker. The programs are recorded on this thread and sent to the worker with all data they read. After
// every epoch, the memory that training has changed is copied back to the same addresses.
import { refuse, WorkerError } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import type { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import { inOrder, RunningMean } from '../evaluate.js';
import type { InferenceModel } from '../inferenceModel.js';
import type { BatchProgram, BatchPrograms } from '../programs.js';
import type { TrainingState } from '../training.js';
import { massOf } from '../weighing.js';
import { orderOf, VALIDATION_ROWS, type BatchDone, type LoopOptions, type TrainingLoop } from '../trainingLoop.js';
import { connect } from './connection.js';
import type { Region, RowSet, Run } from './messages.js';
import { WorkerClient } from './client.js';

const region = ({ address, size }: Tensor<DType>): Region => [address / 4, size];

/** The tensors that training changes. */
function stateRegions({ network, optimizer, key }: TrainingState): Region[] {
  const { layout, slots } = optimizer;
  const tensors = [...network.weights.map(({ tensor }) => tensor), ...slots.flat(), key];
  return [...tensors.map(region), [2 * (layout.rate + 1), 2 * (layout.flushFlag - layout.rate - 1)]];
}

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
  const copies = programs.map(
    ({ x: rows, y: targets, lengths: valid = rows, weights: own = rows, results, program }) => ({
      ...program.location,
      rows: rows.shape[0] ?? 0,
      targets: [rows, targets, valid, own].map(({ address }) => address / 4),
      results: region(results),
    }),
  );
  const values = arrays.map((array) => (isShared(array) ? array : array.length));
  return { set: { values, widths, programs: copies }, arrays, programs };
}

/** The blocks of memory that the programs read; each block once. */
function contents(programs: readonly BatchProgram[]): Region[] {
  const { heap } = runtime();
  const blocks = new Map<number, number>();
  for (const { program } of programs) {
    const { pointer, end, retained } = program.location;
    blocks.set(pointer, end - pointer);
    for (const address of retained) blocks.set(address, heap.sizeOf(address));
  }
  return Array.from(blocks, ([address, bytes]) => [address / 4, bytes / 4]);
}

/**
 * Pieces of work sent ahead when no listener waits for single batches: enough for a quarter of a second in which the
 * page is busy.
 */
const AHEAD = 8;

export interface WorkerOptions extends LoopOptions {
  readonly model: InferenceModel;
  readonly data: Dataset;
}

/** Starts a worker and sends it everything. @throws WorkerError; errors of recording */
async function start({ model, plan, data, trainer, evaluator }: WorkerOptions): Promise<WorkerClient> {
  const { validation, batchSize, signal } = plan;
  const sets = [rowsOf(trainer.programs, data, batchSize)];
  if (evaluator && validation) sets.push(rowsOf(evaluator, validation, VALIDATION_ROWS));
  const blueprint = await runtime().blueprint();
  const abort = canShare() ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
  const connection = await connect();
  const client = new WorkerClient(model, signal, connection, abort);
  try {
    const { reserved: bytes } = runtime().heap;
    connection.send({ kind: 'setup', ...blueprint, bytes, sets: sets.map(({ set }) => set), abort });
    await client.send(contents(sets.flatMap(({ programs }) => programs)));
    const values = sets.flatMap(({ set, arrays }) => arrays.map((array, k) => ({ array, sent: set.values[k] })));
    for (const [k, { array, sent }] of values.entries())
      if (sent !== array) await client.write(k + 1, 0, array.length, () => array);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/**
 * The optimiser's cell values for the next steps. If a step has no valid values, they end there; that step then fails
 * with the reason.
 */
function preparation({ optimizer, steps }: TrainingState, inFlight: number, count: number): Run['cells'] {
  const { layout } = optimizer;
  const width = layout.prepared.length;
  const values = new Float64Array(width * count);
  let ready = 0;
  try {
    for (; ready < count; ready++) layout.prepare(steps + inFlight + ready, values, width * ready);
  } catch {
    // The schedule gives no finite rate or throws.
  }
  return { at: layout.prepared, values: values.subarray(0, width * ready) };
}

class WorkerLoop implements TrainingLoop {
  readonly #options: WorkerOptions;
  /** The memory regions that training changes. */
  readonly #state: readonly Region[];
  #client: WorkerClient | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#state = stateRegions(options.trainer.state);
  }

  async open(): Promise<void> {
    if (!this.#options.plan.signal?.aborted) this.#client ??= await start(this.#options);
  }

  async train(epoch: number, first: number): Promise<boolean> {
    const client = this.#client;
    const { plan, data, trainer, done } = this.#options;
    const { batchSize, signal, batchListeners } = plan;
    if (!client || signal?.aborted) return false;
    await client.send(this.#state);
    const order = orderOf(data, plan, epoch);
    await data.writeEpoch?.((target, at, cells) => client.write(target, at, cells.length, () => cells));
    const failed = await client.run({
      ...{ set: 0, order, batchSize, first, width: (rows) => trainer.programs.of(data, rows).results.size },
      ahead: batchListeners === 'none' ? AHEAD : 1,
      cells: (inFlight, count) => preparation(trainer.state, inFlight, count),
      done: (values, at, rows) => this.#trained(client, values, at, rows),
    });
    await client.fetch(this.#state);
    if (failed !== undefined) {
      // The failed batch runs again on this thread, where it changes nothing but throws the right error.
      const [begin, end] = [failed * batchSize, Math.min((failed + 1) * batchSize, data.size)];
      const entry = trainer.programs.of(data, end - begin);
      trainer.stepOn(entry, data, order, begin, end);
      await done(runtime().heap.f32, entry.results.address / 4, end - begin);
      refuse(
        WorkerError,
        'fit',
        'the training worker to run every batch that runs here',
        `a failure in batch ${failed + 1}`,
      );
    }
    return !signal?.aborted;
  }

  /**
   * Calls the listeners of a batch. For those that may read the state, it is fetched before, and sent back afterwards,
   * since they may have changed it.
   */
  #trained(client: WorkerClient, values: Float32Array, at: number, rows: number): Promise<void> | undefined {
    const { plan, trainer, done } = this.#options;
    trainer.state.steps++;
    return plan.batchListeners === 'state' ? this.#shown(client, values, at, rows) : done(values, at, rows);
  }

  async #shown(client: WorkerClient, values: Float32Array, at: number, rows: number): Promise<void> {
    await client.fetch(this.#state);
    await this.#options.done(values, at, rows);
    await client.send(this.#state);
  }

  async validate(): Promise<RunningMean | undefined> {
    const { evaluator, plan } = this.#options;
    const { names, signal, validation, metrics } = plan;
    if (!this.#client || !validation || !evaluator) return new RunningMean(0);
    const mean = new RunningMean(names.length, metrics);
    const done: BatchDone = (values, at, rows) => {
      const { rows: begin } = mean;
      mean.add(values, at, rows, massOf(validation, begin, begin + rows, evaluator.of(validation, rows)));
      return undefined;
    };
    const order = inOrder(validation);
    const width = (rows: number): number => evaluator.of(validation, rows).results.size;
    const sizes = { batchSize: VALIDATION_ROWS, first: 0, ahead: AHEAD, width };
    await this.#client.run({ set: 1, order, ...sizes, done });
    return signal?.aborted ? undefined : mean;
  }

  close(): unknown {
    return this.#client?.close();
  }
}

/** Trains in a worker, which is started when it is first needed. */
export function loopInWorker(options: WorkerOptions): TrainingLoop {
  return new WorkerLoop(options);
}
