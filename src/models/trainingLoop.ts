import { Dataset, permutation, type BatchSource } from '../data/index.js';
import { runtime } from '../runtime/state.js';
import { EvaluationPass, inOrder, RunningMean } from './evaluate.js';
import type { FitPlan } from './fitOptions.js';
import { checkRows } from './inputs.js';
import { PassPrograms, type BatchProgram, type BatchPrograms } from './programs.js';
import type { Trainer } from './trainer.js';
import { withClassWeights } from './weighing.js';
import { yielding } from './yielding.js';

/** Rows of a batch of validation data. */
export const VALIDATION_ROWS = 256;

/** Called after each batch of `rows` rows, whose loss and metrics begin at `values[at]`. A promise is awaited. */
export type BatchDone = (values: Float32Array, at: number, rows: number) => Promise<void> | undefined;

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

/** Trains on the caller's thread, where other tasks may run every few milliseconds. */
export function loopHere({ plan, trainer, evaluator, done }: LoopOptions): TrainingLoop {
  const { data, validation, batchSize, metrics, signal } = plan;
  const rest = yielding();
  const aborted = (): boolean => signal?.aborted ?? false;
  const step = (
    entry: BatchProgram,
    rows: Dataset,
    order: Uint32Array,
    begin: number,
    end: number,
  ): Promise<void> | undefined => {
    trainer.stepOn(entry, rows, order, begin, end);
    const told = done(runtime().heap.f32, entry.results.address / 4, end - begin);
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
  const trainOnBatches = async (batches: BatchSource, first: number): Promise<void> => {
    const iterator = batches[Symbol.asyncIterator]();
    let giveUp: ((none: undefined) => void) | undefined;
    const abort = (): void => giveUp?.(undefined);
    signal?.addEventListener('abort', abort);
    try {
      for (let number = 1; !aborted(); number++) {
        // The next batch may take for ever.
        const next = await new Promise<IteratorResult<Dataset, void> | undefined>((resolve, reject) => {
          giveUp = resolve;
          iterator.next().then(resolve, reject);
        });
        if (!next || next.done) return;
        if (number <= first) continue;
        const where = `fit: batch ${number}`;
        const { network } = trainer.state;
        const rows = withClassWeights(
          where,
          checkRows(where, next.value, network, plan.exacting, plan.loss),
          network,
          plan,
        );
        await step(trainer.programs.of(rows, rows.size), rows, inOrder(rows), 0, rows.size);
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      const closed = iterator.return().catch(() => undefined);
      if (!aborted()) await closed;
    }
  };
  return {
    async train(epoch, first) {
      if (data instanceof Dataset) await trainOnRows(data, orderOf(data, plan, epoch), first);
      else await trainOnBatches(data, first);
      return !aborted();
    },
    async validate() {
      if (!evaluator || !validation) return new RunningMean(0);
      const pass = new EvaluationPass(evaluator, validation, VALIDATION_ROWS, metrics);
      while (pass.next()) {
        const wait = rest();
        if (wait) await wait;
        if (aborted()) return undefined;
      }
      return pass.mean;
    },
  };
}
