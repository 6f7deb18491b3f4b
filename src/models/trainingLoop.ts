import { BatchSource, Dataset, permutation } from '../data/index.js';
import { runtime } from '../runtime/state.js';
import { BatchFeed } from './batchFeed.js';
import { evaluateAll, inOrder } from './evaluate.js';
import { VALIDATION, type FitPlan } from './fitOptions.js';
import { countParts } from './lossParts.js';
import type { Network } from './network.js';
import { PassPrograms, type BatchProgram, type BatchPrograms } from './programs.js';
import { RunningMean } from './runningMean.js';
import type { Trainer } from './trainer.js';
import { withClassWeights } from './weighing.js';
import { yielding } from './yielding.js';

/** Rows of a batch of validation data. */
export const VALIDATION_ROWS = 256;

/**
 * Called after each batch of `rows` rows, whose results, loss and metrics first, are `width` numbers from `values[at]` on.
 * A promise is awaited.
 */
export type BatchDone = (values: Float32Array, at: number, rows: number, width: number) => Promise<void> | undefined;

/** Runs the batches of a training: on the caller's thread (`loopHere`) or in a worker (`loopInWorker`). */
export interface TrainingLoop {
  /** Prepares for the first epoch; does nothing before later ones. */
  open?(): Promise<void>;
  /** Trains on an epoch from batch number `first` on. Resolves to false when the signal ended it. */
  train(epoch: number, first: number): Promise<boolean>;
  /** Means over the validation data (over 0 rows if there are none); undefined if the signal aborted it. */
  validate(): Promise<RunningMean | undefined>;
  close?(): unknown;
}

export interface LoopOptions {
  readonly plan: FitPlan<never>;
  readonly trainer: Trainer;
  readonly evaluator: BatchPrograms | undefined;
  readonly done: BatchDone;
}

/** The order of the rows in an epoch. */
export function orderOf(data: Dataset, { shuffle, seed }: FitPlan<never>, epoch: number): Uint32Array {
  data.startEpoch?.(epoch);
  return shuffle ? permutation(data.size, seed, epoch) : inOrder(data);
}

/** The batches of a training, which come from a stream, or are made of rows. */
export class TrainingFeed {
  readonly #plan: FitPlan<never>;
  readonly #feed: BatchFeed;
  /** Batches of the epoch that were given. */
  #given = 0;
  /** The number of the next pass, which determines the order of rows, and of streams that shuffle. -1 before the first. */
  #pass = -1;

  /** With `trusts`, steps check that inputs are finite, before the iterator goes on, which may reuse their memory. */
  constructor(plan: FitPlan<never>, network: Network, trusts = false) {
    const { data, exacting, loss, signal, stepsPerEpoch: steps } = plan;
    const isRows = data instanceof Dataset; // which have the weights of their classes already
    const weigh = (where: string, rows: Dataset): Dataset => withClassWeights(where, rows, network, plan);
    this.#plan = plan;
    this.#feed = new BatchFeed({
      ...{ where: 'fit', network, exacting, loss, signal, steps, trusts },
      source: isRows ? BatchSource.of(() => this.#batchesOf(data)) : data,
      pass: () => this.#pass++,
      weigh: isRows ? undefined : weigh,
    });
  }

  /** Whether a training is one on batches. */
  static serves({ data, stepsPerEpoch, accumulate }: FitPlan<never>): boolean {
    return !(data instanceof Dataset) || stepsPerEpoch !== undefined || accumulate > 1;
  }

  *#batchesOf(data: Dataset): Generator<Dataset, void> {
    const { batchSize } = this.#plan;
    const order = orderOf(data, this.#plan, this.#pass - 1); // this pass has begun
    for (let i = 0; i < data.size; i += batchSize) {
      const part = order.subarray(i, i + batchSize);
      const rows = data.subset(part);
      if (data.startEpoch) data.copyRows(part, 0, rows.size, rows.x, rows.y); // a subset has them as they were
      yield rows;
    }
  }

  /** Begins an epoch, `first` batches of which are done. After `from`, a stream passes over what was read before. */
  async begin(epoch: number, first: number): Promise<void> {
    const { stepsPerEpoch, from } = this.#plan;
    const isFirst = this.#pass < 0;
    if (!stepsPerEpoch || isFirst) this.#pass = stepsPerEpoch && from ? 0 : epoch;
    this.#given = first;
    if (isFirst && from) await this.#feed.skip(first + (stepsPerEpoch ?? 0) * epoch);
  }

  /**
   * The next batch, and its share in the update that it ends: 1 / n for the last of n batches whose gradients are
   * averaged, else 0.
   */
  async next(): Promise<readonly [Dataset, number] | undefined> {
    const { accumulate } = this.#plan;
    const rows = await this.#feed.next();
    const place = this.#given++ % accumulate;
    return rows && [rows, place + 1 === accumulate || (await this.#feed.isOver()) ? 1 / (place + 1) : 0];
  }

  close(): Promise<void> {
    return this.#feed.close();
  }
}

/** Trains on the caller's thread, where other tasks may run every few milliseconds. */
export function loopHere({ plan, trainer, evaluator, done }: LoopOptions): TrainingLoop {
  const { data, validation, batchSize, names, metrics, signal, loss } = plan;
  const { network } = trainer.state;
  const rest = yielding();
  const aborted = (): boolean => signal?.aborted ?? false;
  const feed = TrainingFeed.serves(plan) ? new TrainingFeed(plan, network, plan.accumulate === 1) : undefined;
  const step = (
    entry: BatchProgram,
    rows: Dataset,
    order: Uint32Array,
    begin: number,
    end: number,
    share?: number,
  ): Promise<void> | undefined => {
    trainer.stepOn(entry, rows, order, begin, end, share);
    const told = done(runtime().heap.f32, entry.results.address / 4, end - begin, entry.results.size);
    return told ? told.then(rest) : rest();
  };
  // Runs the batches of an epoch. It allocates no object, view or closure per batch.
  const trainOnRows = async (rows: Dataset, order: Uint32Array, first: number): Promise<void> => {
    const programs = new PassPrograms(trainer.programs, rows, batchSize);
    for (let begin = first * batchSize; begin < rows.size && !aborted(); begin += batchSize) {
      const end = Math.min(begin + batchSize, rows.size);
      const wait = step(programs.endingAt(end), rows, order, begin, end);
      if (wait) await wait; // avoids a pass through the event loop's queue for most batches
    }
  };
  const trainOnBatches = async (batches: TrainingFeed, epoch: number, first: number): Promise<void> => {
    await batches.begin(epoch, first);
    for (let next = await batches.next(); next && !aborted(); next = await batches.next()) {
      const [rows, share] = next;
      const wait = step(trainer.programFor(rows, share), rows, inOrder(rows), 0, rows.size, share);
      if (wait) await wait;
    }
  };
  return {
    async train(epoch, first) {
      if (feed) await trainOnBatches(feed, epoch, first);
      else if (data instanceof Dataset) await trainOnRows(data, orderOf(data, plan, epoch), first);
      return !aborted();
    },
    async validate() {
      if (!evaluator || !validation) return new RunningMean(0);
      const mean = new RunningMean(names.length, metrics, countParts(loss));
      await evaluateAll(evaluator, validation, {
        ...plan,
        mean,
        rest,
        network,
        where: VALIDATION,
        batchSize: VALIDATION_ROWS,
      });
      return aborted() ? undefined : mean;
    },
    close: () => feed?.close(),
  };
}
