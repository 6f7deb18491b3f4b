// Training in a worker. After every epoch, the memory that training has changed is copied back to the same addresses.
import { refuse, WorkerError } from '../../core/errors.js';
import { Dataset } from '../../data/index.js';
import { runtime } from '../../runtime/state.js';
import { BatchFeed } from '../batchFeed.js';
import { inOrder } from '../evaluate.js';
import { VALIDATION as WHERE } from '../fitOptions.js';
import { countParts } from '../lossParts.js';
import type { BatchProgram, BatchPrograms } from '../programs.js';
import { RunningMean } from '../runningMean.js';
import type { TrainingState } from '../training.js';
import { orderOf, TrainingFeed, VALIDATION_ROWS, type BatchDone, type TrainingLoop } from '../trainingLoop.js';
import { runBatches } from './batches.js';
import type { WorkerClient } from './client.js';
import type { Region, Run } from './messages.js';
import { contents, region, start, TRAINING, VALIDATION, type WorkerOptions } from './start.js';

/** The tensors that training changes. */
function stateRegions({ network, optimizer, key, sums }: TrainingState): Region[] {
  const { layout, slots } = optimizer;
  const tensors = [...network.weights.map(({ tensor }) => tensor), ...slots.flat(), ...sums, key];
  return [...tensors.map(region), [2 * (layout.rate + 1), 2 * (layout.flushFlag - layout.rate - 1)]];
}

/**
 * Pieces of work sent ahead when no listener waits for single batches: enough for a quarter of a second in which the
 * page is busy.
 */
const AHEAD = 8;

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

/** A number that changes when memory grows, which is by pages, or when modules are linked. */
function basis(): number {
  const { heap, modules } = runtime();
  return heap.reserved + modules.modules.length;
}

/** A batch that failed in the worker, as the rows of `order[begin]` to `order[end - 1]`. */
type Failed = readonly [rows: Dataset, share: number, order: Uint32Array, begin: number, end: number];

class WorkerLoop implements TrainingLoop {
  readonly #options: WorkerOptions;
  /** The memory regions that training changes. */
  readonly #state: readonly Region[];
  /** Batches for training and for validation, where those come one by one. */
  readonly #feed: TrainingFeed | undefined;
  readonly #examples: BatchFeed | undefined;
  #client: WorkerClient | undefined;
  /** The programs for single batches that it has. */
  #known = new WeakSet<BatchProgram>();
  /** What it was started on. */
  #basis = 0;

  constructor(options: WorkerOptions) {
    const { plan, trainer } = options;
    const { network } = trainer.state;
    const { validation: source } = plan;
    this.#options = options;
    this.#state = stateRegions(trainer.state);
    if (TrainingFeed.serves(plan)) this.#feed = new TrainingFeed(plan, network);
    if (source && !(source instanceof Dataset))
      this.#examples = new BatchFeed({ ...plan, where: WHERE, source, network, steps: undefined });
  }

  get #aborted(): boolean {
    return this.#options.plan.signal?.aborted ?? false;
  }

  /** Pieces of work that may be unanswered. */
  get #ahead(): number {
    return this.#options.plan.batchListeners === 'none' ? AHEAD : 1;
  }

  async #start(): Promise<WorkerClient> {
    if (this.#client) return this.#client;
    this.#basis = basis();
    return (this.#client = await start(this.#options));
  }

  async open(): Promise<void> {
    if (!this.#aborted && !this.#feed) await this.#start();
  }

  readonly #has = (entry: BatchProgram): boolean => this.#known.has(entry);

  /** The worker, which is given a program if necessary. It cannot follow growth of memory, or more modules. */
  readonly #having = async (entry: BatchProgram): Promise<WorkerClient> => {
    if (this.#has(entry)) return this.#start();
    await this.#client?.fetch(this.#state);
    if (this.#basis !== basis()) {
      await this.#client?.close();
      this.#client = undefined;
      this.#known = new WeakSet();
    }
    const client = await this.#start();
    this.#known.add(entry);
    await client.send([...contents([entry]), ...this.#state]);
    return client;
  };

  async train(epoch: number, first: number): Promise<boolean> {
    if (this.#aborted) return false;
    await this.#client?.send(this.#state);
    let failed: Failed | undefined;
    try {
      failed = await (this.#feed ? this.#trainOnBatches(this.#feed, epoch, first) : this.#trainOnRows(epoch, first));
    } catch (error) {
      await this.#client?.fetch(this.#state).catch(() => undefined); // the weights of the last good step
      throw error;
    }
    await this.#client?.fetch(this.#state);
    if (failed) await this.#failed(...failed);
    return !this.#aborted;
  }

  async #trainOnRows(epoch: number, first: number): Promise<Failed | undefined> {
    const client = this.#client;
    const { plan, trainer } = this.#options;
    const { data, batchSize } = plan;
    if (!client || !(data instanceof Dataset)) return undefined;
    const order = orderOf(data, plan, epoch);
    await data.writeEpoch?.((target, at, cells) => client.write(target, at, cells.length, () => cells));
    const failed = await client.run({
      ...{ set: TRAINING, order, batchSize, first, ahead: this.#ahead },
      width: (rows) => trainer.programs.of(data, rows).results.size,
      cells: (inFlight, count) => preparation(trainer.state, inFlight, count),
      done: (...batch) => this.#trained(batch),
    });
    if (failed === undefined) return undefined;
    return [data, 1, order, failed * batchSize, Math.min((failed + 1) * batchSize, data.size)];
  }

  async #trainOnBatches(feed: TrainingFeed, epoch: number, first: number): Promise<Failed | undefined> {
    const { plan, trainer } = this.#options;
    const { state } = trainer;
    await feed.begin(epoch, first);
    const failed = await runBatches({
      ...{ plan, ahead: this.#ahead, has: this.#has, having: this.#having, share: state.sums.at(-1) },
      next: async () => {
        const next = await feed.next();
        return next && { rows: next[0], share: next[1], entry: trainer.programFor(...next) };
      },
      cells: (inFlight) => preparation(state, inFlight, 1),
      done: (values, { rows, share }) => this.#trained([values, 0, rows.size, values.length], share),
    });
    return failed && [failed.rows, failed.share, inOrder(failed.rows), 0, failed.rows.size];
  }

  /** The failed batch runs again on this thread, where it changes nothing but throws the right error. */
  async #failed(...[rows, share, order, begin, end]: Failed): Promise<void> {
    const { trainer } = this.#options;
    const entry = trainer.programFor(rows, share, end - begin); // which may have been freed since
    trainer.stepOn(entry, rows, order, begin, end, share);
    await this.#options.done(runtime().heap.f32, entry.results.address / 4, end - begin, entry.results.size);
    refuse(WorkerError, 'fit', 'the training worker to run every batch that runs here', 'a failure in one');
  }

  /**
   * Calls the listeners of a batch. For those that may read the state, it is fetched before, and sent back afterwards,
   * since they may have changed it.
   */
  #trained(batch: Parameters<BatchDone>, share = 1): Promise<void> | undefined {
    const { plan, trainer, done } = this.#options;
    if (share) trainer.state.steps++;
    return plan.batchListeners === 'state' ? this.#shown(batch) : done(...batch);
  }

  async #shown(batch: Parameters<BatchDone>): Promise<void> {
    await this.#client?.fetch(this.#state);
    await this.#options.done(...batch);
    await this.#client?.send(this.#state);
  }

  async validate(): Promise<RunningMean | undefined> {
    const { plan, evaluator } = this.#options;
    const { names, validation, metrics, loss } = plan;
    const mean = new RunningMean(validation ? names.length : 0, metrics, countParts(loss));
    if (plan.callbacks.some((each) => each.onValidationBegin !== undefined)) await this.#client?.send(this.#state);
    if (evaluator && validation instanceof Dataset) await this.#validateOnRows(evaluator, validation, mean);
    else if (evaluator && this.#examples) await this.#validateOnBatches(evaluator, this.#examples, mean);
    return this.#aborted ? undefined : mean;
  }

  async #validateOnRows(evaluator: BatchPrograms, rows: Dataset, mean: RunningMean): Promise<void> {
    const programOf = (count: number): BatchProgram => evaluator.of(rows, count);
    await this.#client?.run({
      ...{ set: VALIDATION, order: inOrder(rows), batchSize: VALIDATION_ROWS, first: 0, ahead: AHEAD },
      width: (count) => programOf(count).results.size,
      done: (values, at, count) => {
        mean.add(values, at, count);
        return undefined;
      },
    });
  }

  async #validateOnBatches(evaluator: BatchPrograms, feed: BatchFeed, mean: RunningMean): Promise<void> {
    await runBatches({
      ...{ plan: this.#options.plan, ahead: AHEAD, has: this.#has, having: this.#having },
      next: async () => {
        const rows = await feed.next();
        return rows && { rows, share: 1, entry: evaluator.of(rows, rows.size) };
      },
      done: (values, { rows }) => {
        mean.add(values, 0, rows.size);
        return undefined;
      },
    });
    if (mean.rows === 0 && !this.#aborted) refuse(RangeError, WHERE, 'at least one batch', 'none');
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await this.#feed?.close();
    await this.#examples?.close();
  }
}

/** Trains in a worker, which is started when it is first needed. */
export function loopInWorker(options: WorkerOptions): TrainingLoop {
  return new WorkerLoop(options);
}
