// The training worker, as used by `fit`: writes and reads its memory, and runs batches.
import { runtime } from '../../runtime/state.js';
import { assertAlive } from '../inputs.js';
import type { BatchDone } from '../trainingLoop.js';
import { yielding } from '../yielding.js';
import type { TrainingConnection } from './connection.js';
import type { BatchProgramCopy, FromWorker, Region, Run, Write, Writing } from './messages.js';

/** Number of cells in one message; copying them takes about a millisecond. */
const CHUNK = 1 << 19;
/**
 * Seconds that the batches of one piece should take. The signal is checked, and a progress bar updated, between pieces.
 */
const SLICE = 0.03;

/** Batches to run, and the listener for each. */
export interface Job extends Pick<Run, 'order' | 'batchSize'> {
  readonly set: number;
  /** Number of the first batch. */
  readonly first: number;
  /**
   * Number of pieces that may be unanswered at a time, so that the worker never waits for the page. With 1, a piece is
   * one batch.
   */
  readonly ahead: number;
  /** Number of results of a batch of `rows` rows. */
  readonly width: (rows: number) => number;
  /** Cell values for the next `count` batches, while `inFlight` earlier ones are still unanswered. */
  readonly cells?: (inFlight: number, count: number) => Run['cells'];
  readonly done: BatchDone;
}

export class WorkerClient {
  readonly #model: { readonly disposed: boolean };
  readonly #signal: AbortSignal | undefined;
  readonly #connection: TrainingConnection;
  readonly #rest = yielding();
  readonly #abort: () => void;

  /** `abort`: the cell of the worker's setup. */
  constructor(
    model: { readonly disposed: boolean },
    signal: AbortSignal | undefined,
    connection: TrainingConnection,
    abort: Int32Array | undefined,
  ) {
    this.#model = model;
    this.#signal = signal;
    this.#connection = connection;
    this.#abort = () => {
      if (abort) Atomics.store(abort, 0, 1);
      else connection.send({ kind: 'abort' });
    };
    signal?.addEventListener('abort', this.#abort);
  }

  async #next(): Promise<FromWorker> {
    const message = await this.#connection.next();
    assertAlive('fit', 'model', this.#model); // otherwise its memory may be in use for something else
    return message;
  }

  /** Sends cells in pieces, between which other tasks may run. The source is called for each piece, since memory may grow. */
  async write(target: number, at: number, count: number, source: () => Int32Array): Promise<void> {
    for (let begin = 0; begin < count; begin += CHUNK) {
      assertAlive('fit', 'model', this.#model);
      const cells = new Int32Array(source().subarray(begin, Math.min(begin + CHUNK, count)));
      this.#send({ kind: 'write', writes: [{ target, at: at + begin, cells }] });
      await this.#rest();
    }
  }

  /** The memory of cells to write is gone here then. */
  #send(message: Writing | Run): void {
    this.#connection.send(message, (message.writes ?? []).map(({ cells }) => cells.buffer)); // prettier-ignore
  }

  /** Sends contents of linear memory. */
  async send(regions: readonly Region[]): Promise<void> {
    for (const [at, count] of regions)
      await this.write(0, at, count, () => runtime().heap.i32.subarray(at, at + count));
  }

  /** Copies contents of the worker's memory back. */
  async fetch(regions: readonly Region[]): Promise<void> {
    this.#connection.send({ kind: 'read', regions });
    let message = await this.#next();
    while (message.kind !== 'state') message = await this.#next(); // results of batches sent before an abort
    message.state.forEach((cells, i) => runtime().heap.i32.set(cells, regions[i]?.[0]));
  }

  /**
   * Runs batches until the last, until the signal aborts, or until one fails. Returns the number of the failed batch,
   * else undefined.
   */
  async run({ set, order, batchSize, first, ahead, width, cells, done }: Job): Promise<number | undefined> {
    const total = Math.ceil(order.length / batchSize);
    const open: number[] = []; // sizes of the unanswered pieces
    let [next, sent, size] = [first, first, 1];
    for (;;) {
      while (open.length < ahead && sent < total && !this.#signal?.aborted) {
        const count = Math.min(size, total - sent);
        const rows = order.slice(sent * batchSize, (sent + count) * batchSize);
        this.#connection.send({ kind: 'run', set, order: rows, batchSize, cells: cells?.(sent - next, count) });
        open.push(count);
        sent += count;
      }
      const count = open.shift();
      if (count === undefined) return undefined;
      const message = await this.#next();
      if (message.kind !== 'results') continue;
      const { results, seconds } = message;
      const end = next + count;
      for (let at = 0; at < results.length;) {
        const rows = Math.min(batchSize, order.length - next++ * batchSize);
        const told = done(results, at, rows, width(rows));
        if (told) await told;
        at += width(rows);
      }
      if (next < end) return this.#signal?.aborted ? undefined : next;
      if (ahead > 1) size = Math.max(1, Math.min(2 * count, Math.floor((count * SLICE) / seconds)));
    }
  }

  /** Writes a batch to its program's buffers, and has it run. */
  begin(program: BatchProgramCopy, writes: readonly Write[], cells: Run['cells']): void {
    assertAlive('fit', 'model', this.#model);
    const { rows } = program;
    this.#send({ kind: 'run', program, order: new Uint32Array(rows), batchSize: rows, cells, writes });
  }

  /** The results of the next unanswered `begin`; empty if the batch failed or was not run after an abort. */
  async results(): Promise<Float32Array> {
    for (;;) {
      const message = await this.#next();
      if (message.kind === 'results') return message.results;
    }
  }

  /** Ends the worker. */
  close(): unknown {
    this.#signal?.removeEventListener('abort', this.#abort);
    return this.#connection.close();
  }
}
