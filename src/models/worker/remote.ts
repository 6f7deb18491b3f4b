// A training worker as `fit` sees it: memory to write and to read, and batches to run.
import { runtime } from '../../runtime/state.js';
import { alive } from '../alive.js';
import type { InferenceModel } from '../inferenceModel.js';
import { turns } from '../turns.js';
import type { BatchDone } from '../workplace.js';
import type { TrainingConnection } from './connection.js';
import type { FromWorker, Region, Run } from './messages.js';

/** Cells sent in one go: copying them takes about a millisecond. */
const CHUNK = 1 << 19;
/** Seconds that the batches of one piece should take: so often the signal is seen, and a bar moves. */
const SLICE = 0.03;

/** Batches to run, and who hears of each. */
export interface Job extends Pick<Run, 'set' | 'order' | 'batchSize'> {
  /** Number of the first batch. */
  readonly first: number;
  /** How many pieces are on their way, so that the worker never waits for the page; with 1, a piece is one batch. */
  readonly ahead: number;
  /** Numbers a batch gives. */
  readonly width: number;
  /** What is to be written for `count` batches, before which `open` others have not been heard of yet. */
  readonly cells?: (open: number, count: number) => Run['cells'];
  readonly done: BatchDone;
}

export class Remote {
  readonly #model: InferenceModel;
  readonly #signal: AbortSignal | undefined;
  readonly #connection: TrainingConnection;
  readonly #rest = turns();
  readonly #abort: () => void;

  /** `abort`: the cell of the worker's setup. */
  constructor(
    model: InferenceModel,
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
    alive('fit', 'model', this.#model); // else its memory may be another's by now
    return message;
  }

  /** Sends cells in pieces, between which the page gets its turn. The source is asked for anew: memory may grow. */
  async write(target: number, at: number, count: number, source: () => Int32Array): Promise<void> {
    for (let begin = 0; begin < count; begin += CHUNK) {
      alive('fit', 'model', this.#model);
      const cells = new Int32Array(source().subarray(begin, Math.min(begin + CHUNK, count)));
      this.#connection.send({ kind: 'write', target, at: at + begin, cells }, [cells.buffer]);
      await this.#rest();
    }
  }

  /** Sends what linear memory holds. */
  async send(regions: readonly Region[]): Promise<void> {
    for (const [at, count] of regions)
      await this.write(0, at, count, () => runtime().heap.i32.subarray(at, at + count));
  }

  /** Brings back what the worker's memory holds. */
  async fetch(regions: readonly Region[]): Promise<void> {
    this.#connection.send({ kind: 'read', regions });
    let message = await this.#next();
    while (message.kind !== 'state') message = await this.#next(); // batches that nobody waits for any more
    message.state.forEach((cells, i) => runtime().heap.i32.set(cells, regions[i]?.[0]));
  }

  /** Runs batches until the last, until the signal is given, or until one fails: its number, else undefined. */
  async run({ set, order, batchSize, first, ahead, width, cells, done }: Job): Promise<number | undefined> {
    const total = Math.ceil(order.length / batchSize);
    const open: number[] = []; // sizes of the pieces on their way
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
      for (let at = 0; at < results.length; at += width) {
        const rows = Math.min(batchSize, order.length - next++ * batchSize);
        await done(Array.from(results.subarray(at, at + width)), rows);
      }
      if (results.length < width * count) return this.#signal?.aborted ? undefined : next;
      if (ahead > 1) size = Math.max(1, Math.min(2 * count, Math.floor((count * SLICE) / seconds)));
    }
  }

  /** Ends the worker. */
  close(): unknown {
    this.#signal?.removeEventListener('abort', this.#abort);
    return this.#connection.close();
  }
}
