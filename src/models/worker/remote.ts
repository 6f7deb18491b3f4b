// `fit`'s end of a training in a worker. The programs are recorded here, as ever, and sent there with what they need;
// after every epoch what training has changed comes back to the very addresses it was sent from.
import { DisposedError, WorkerError } from '../../core/errors.js';
import type { Dataset } from '../../data/index.js';
import { learningRateAt, type Optimizer } from '../../optimizers/optimizer.js';
import { runtime } from '../../runtime/state.js';
import { seedWords } from '../../tensors/creation.js';
import type { Evaluator } from '../evaluator.js';
import { kindOf } from '../samples.js';
import type { Trainable } from '../trainable.js';
import type { Trainer } from '../trainer.js';
import { Turns } from '../turns.js';
import { Connection } from './connection.js';
import { batchSizes, canShare, contents, dataImage, imageOf, stateRegions } from './image.js';
import type { EpochReport, FromWorker, Region, Setup, Standing } from './messages.js';
import { pack, unpack } from './regions.js';

/** Bytes sent in one go: copying them takes about a millisecond. */
const CHUNK = 1 << 21;

export interface RemoteOptions {
  readonly model: Trainable;
  readonly trainer: Trainer;
  readonly evaluator: Evaluator | undefined;
  readonly data: Dataset;
  readonly validation: Dataset | undefined;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly validationRows: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly metrics: number;
  readonly hear: Setup['hear'];
  readonly signal: AbortSignal | undefined;
}

/** What the worker tells while an epoch is under way. */
export type Tidings = Exclude<FromWorker, EpochReport>;

/** Records every program that batches of these sizes need, and says where they are. */
function setupOf(options: RemoteOptions, regions: { weights: Region[]; state: Region[] }): [Setup, Region[]] {
  const { model, trainer, evaluator, data, validation, batchSize, validationRows, shuffle, metrics, hear } = options;
  const { layout } = trainer.state.optimizer;
  if (!layout) throw new TypeError('fit: with worker: true expected an optimizer of wasmgrad/optimizers, got another');
  const programsOf = (source: Trainer | Evaluator, rows: Dataset, size: number) => {
    const kind = kindOf('fit', rows, model);
    return batchSizes(rows.size, size).map((count) => {
      const program = source.program(count, kind, rows.lengths !== undefined);
      return { program, image: imageOf(count, kind, program) };
    });
  };
  const steps = programsOf(trainer, data, batchSize);
  const evaluations = evaluator && validation ? programsOf(evaluator, validation, validationRows) : [];
  const { heap, blueprint } = runtime();
  const setup: Setup = {
    kind: 'setup',
    ...blueprint,
    bytes: heap.reserved,
    ...regions,
    layout,
    steps: steps.map(({ image }) => image),
    evaluations: evaluations.map(({ image }) => image),
    data: dataImage(data),
    validation: validation && dataImage(validation),
    batchSize,
    validationRows,
    shuffle,
    seed: seedWords('fit', options.seed),
    metrics,
    hear,
    abort: canShare() ? new Int32Array(new SharedArrayBuffer(4)) : undefined,
  };
  return [setup, contents([...steps, ...evaluations].map(({ program }) => program))];
}

/** A training worker at work for one `fit`. */
export class RemoteTraining {
  readonly #options: RemoteOptions;
  readonly #connection: Connection;
  readonly #setup: Setup;
  readonly #turns = new Turns();
  readonly #onAbort = (): void => {
    if (this.#setup.abort) Atomics.store(this.#setup.abort, 0, 1);
    else this.#connection.send({ kind: 'abort' });
  };

  private constructor(options: RemoteOptions, connection: Connection, setup: Setup) {
    this.#options = options;
    this.#connection = connection;
    this.#setup = setup;
  }

  /** Starts a worker and sends it everything. @throws WorkerError; all that recording throws */
  static async start(options: RemoteOptions): Promise<RemoteTraining> {
    const all = options.model.weights.map(({ tensor }) => tensor);
    const [setup, regions] = setupOf(options, stateRegions(options.trainer, all));
    const connection = await Connection.open();
    const remote = new RemoteTraining(options, connection, setup);
    try {
      connection.send(setup);
      await remote.#sendMemory(regions);
      await remote.#sendRows();
    } catch (error) {
      await connection.close();
      throw error;
    }
    options.signal?.addEventListener('abort', remote.#onAbort);
    if (options.signal?.aborted) remote.#onAbort(); // while rows were on their way
    return remote;
  }

  async #sendMemory(regions: readonly Region[]): Promise<void> {
    for (const [address, bytes] of regions) {
      await this.#sendBytes(0, address, () => runtime().heap.u8.subarray(address, address + bytes), bytes);
    }
  }

  async #sendRows(): Promise<void> {
    const { data, validation } = this.#options;
    const images = [this.#setup.data, this.#setup.validation];
    for (const [i, rows] of [data, validation].entries()) {
      for (const [k, values] of [rows?.x, rows?.y, rows?.lengths].entries()) {
        if (!values || ArrayBuffer.isView(images[i]?.arrays[k])) continue;
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        await this.#sendBytes(1 + 3 * i + k, 0, () => bytes, bytes.length);
      }
    }
  }

  /** In pieces, between which the page gets its turn. The source is asked for anew: memory may have grown meanwhile. */
  async #sendBytes(target: number, at: number, source: () => Uint8Array, length: number): Promise<void> {
    for (let begin = 0; begin < length; begin += CHUNK) {
      this.#checkAlive();
      const bytes = new Uint8Array(source().subarray(begin, begin + CHUNK));
      this.#connection.send({ kind: 'fill', target, at: at + begin, bytes }, [bytes.buffer]);
      if (this.#turns.due) await this.#turns.give();
    }
  }

  #checkAlive(): void {
    if (this.#options.model.disposed)
      throw new DisposedError('fit: expected a live model, got one disposed during training');
  }

  /**
   * Trains from `standing` to the end of the epoch, and evaluates. `hear` is told what happens meanwhile, and waited for
   * after batches; weights and state are back before it, and before this returns, as far as they were sent.
   * @throws WorkerError, DisposedError
   */
  async epoch(epoch: number, standing: Standing, hear: (tidings: Tidings) => unknown): Promise<EpochReport> {
    const rates = await this.#rates(standing);
    this.#checkAlive();
    const weights = this.#weights();
    const transfer = rates ? [weights.buffer, rates.buffer] : [weights.buffer];
    this.#connection.send({ kind: 'epoch', epoch, rates, weights, ...standing }, transfer);
    for (;;) {
      const message = await this.#connection.next();
      this.#checkAlive();
      if ('state' in message && message.state) unpack(runtime().heap.u8, this.#setup.state, message.state);
      if (message.kind === 'epoch') return message;
      await hear(message);
      if (message.kind !== 'batch') continue;
      this.#checkAlive();
      this.#connection.send({ kind: 'continue', weights: message.state && this.#weights() });
    }
  }

  #weights(): Uint8Array<ArrayBuffer> {
    return pack(runtime().heap.u8, this.#setup.weights);
  }

  /** Learning rates of the epoch's steps, as long as they are ones; the step without one fails, and says why. */
  async #rates({ batch, steps }: Standing): Promise<Float64Array<ArrayBuffer> | undefined> {
    const { optimizer, data, batchSize } = this.#options;
    if (typeof optimizer.learningRate !== 'function') return undefined;
    const rates = new Float64Array(Math.ceil(data.size / batchSize) - batch);
    for (let i = 0; i < rates.length; i++) {
      const rate = learningRateAt(optimizer, steps + i);
      if (!(rate >= 0 && rate < Infinity)) return rates.slice(0, i);
      rates[i] = rate;
      if (this.#turns.due) await this.#turns.give();
    }
    return rates;
  }

  /** Ends the worker. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    await this.#connection.close();
  }

  /** What is thrown when a batch that failed in the worker is fine here. */
  static mismatch(): WorkerError {
    return new WorkerError('fit: expected the training worker to run the batch, which is fine here; got a failure');
  }
}
