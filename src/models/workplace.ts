import { Dataset, permutation } from '../data/index.js';
import type { BatchPrograms } from './batchPrograms.js';
import { checkRows } from './batches.js';
import { evaluateBatches, inOrder } from './evaluate.js';
import type { FitPlan } from './fitPlan.js';
import type { RunningMean } from './runningMean.js';
import type { Trainer } from './trainer.js';
import { turns } from './turns.js';

/** Rows a validation program takes at a time. */
export const VALIDATION_ROWS = 256;

/** What is told of a batch: loss and metrics, and how many rows they are over. A promise is waited for. */
export type BatchDone = (values: readonly number[], rows: number) => Promise<void> | undefined;

/** Where the batches of a training are worked on. */
export interface Workplace {
  /** Makes ready what is not yet. */
  open?(): Promise<void>;
  /** Trains on an epoch from batch number `first` on. Resolves to false when the signal ended it. */
  train(epoch: number, first: number): Promise<boolean>;
  /** Sums over the validation data; undefined when the signal came first. */
  validate(): Promise<RunningMean | undefined>;
  close?(): unknown;
}

/** The rows of an epoch in their order. */
export function orderOf(data: Dataset, { shuffle, seed }: FitPlan, epoch: number): Uint32Array {
  return shuffle ? permutation(data.size, seed, epoch) : inOrder(data);
}

/** The caller's own thread, which gets its turn every few milliseconds. */
export function workHere(
  plan: FitPlan,
  trainer: Trainer,
  evaluator: BatchPrograms | undefined,
  done: BatchDone,
): Workplace {
  const { data, validation, batchSize, signal } = plan;
  const rest = turns();
  const aborted = (): boolean => signal?.aborted ?? false;
  const step = (rows: Dataset, order: Uint32Array, begin: number, end: number): Promise<void> | undefined => {
    const told = done(trainer.stepOn(rows, order, begin, end), end - begin);
    return told ? told.then(rest) : rest();
  };
  return {
    async train(epoch, first) {
      if (data instanceof Dataset) {
        const order = orderOf(data, plan, epoch);
        for (let begin = first * batchSize; begin < data.size && !aborted(); begin += batchSize) {
          const wait = step(data, order, begin, Math.min(begin + batchSize, data.size));
          if (wait) await wait; // most batches are spared the way through the event loop's queue
        }
        return !aborted();
      }
      let number = 0;
      for await (const rows of data) {
        if (number++ < first) continue;
        checkRows('fit', rows, trainer.state.network);
        if (aborted()) break;
        await step(rows, inOrder(rows), 0, rows.size);
      }
      return !aborted();
    },
    async validate() {
      if (!evaluator || !validation) return { sums: [], rows: 0 };
      const batches = evaluateBatches(evaluator, validation, VALIDATION_ROWS);
      for (;;) {
        const { done: all, value } = batches.next();
        if (all) return value;
        await rest();
        if (aborted()) return undefined;
      }
    },
  };
}
