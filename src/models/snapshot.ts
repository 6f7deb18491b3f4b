import { show } from '../core/checks.js';
import { FormatError } from '../core/errors.js';
import type { EpochLog } from './callbacks.js';
import { writeF32, writeI32 } from './copy.js';
import type { Model } from './model.js';
import type { Trainer } from './trainer.js';

/** Everything a training run needs to go on bit by bit. */
export interface TrainingSnapshot {
  /** Epoch to go on with, from 0. */
  readonly epoch: number;
  /** Batches of that epoch already done. */
  readonly batch: number;
  /** Steps done. */
  readonly steps: number;
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** Optimiser state by `'slot:weight name'`. */
  readonly slots: Readonly<Record<string, Float32Array>>;
  /** Optimiser numbers besides the slots. */
  readonly cells: Float64Array;
  /** Seed and counter of dropout. */
  readonly key: Int32Array;
  /** Sums behind the running means of the epoch under way, and the rows they are over. */
  readonly sums: readonly number[];
  readonly rows: number;
  /** Logs of the epochs done. */
  readonly log: readonly EpochLog[];
  /** The optimiser's name and slot names: a snapshot fits no other. */
  readonly optimizer: string;
}

/** Where in the run a snapshot is taken. */
export type Position = Pick<TrainingSnapshot, 'epoch' | 'batch' | 'sums' | 'rows' | 'log'>;

/** Copies the state of a run. */
export function takeSnapshot(model: Model, trainer: Trainer, position: Position): TrainingSnapshot {
  const { optimizer, key, slotNames, trained } = trainer.state;
  const slots: Record<string, Float32Array> = {};
  trained.forEach(({ name }, i) => {
    slotNames.forEach((slot, k) => {
      const tensor = optimizer.slots[i]?.[k];
      if (tensor) slots[`${slot}:${name}`] = Float32Array.from(tensor.data());
    });
  });
  return {
    ...position,
    log: [...position.log],
    steps: trainer.steps,
    weights: model.getWeights(),
    slots,
    cells: optimizer.cells(),
    key: Int32Array.from(key.data()),
    optimizer: trainer.state.signature,
  };
}

/** Puts the state of a run back; throws `FormatError` before anything is changed when it belongs to another run. */
export function restoreSnapshot(model: Model, trainer: Trainer, snapshot: TrainingSnapshot): void {
  const { optimizer, key, slotNames, trained, signature } = trainer.state;
  if (snapshot.optimizer !== signature)
    throw new FormatError(`resume: expected state of ${signature}, got ${show(snapshot.optimizer)}`);
  const pairs = trained.flatMap(({ name }, i) =>
    slotNames.map((slot, k) => {
      const values = snapshot.slots[`${slot}:${name}`];
      const tensor = optimizer.slots[i]?.[k];
      if (!tensor || values?.length !== tensor.size)
        throw new FormatError(`resume: expected state '${slot}' of ${tensor?.size ?? 0} values for ${name}`);
      return { tensor, values };
    }),
  );
  model.setWeights(snapshot.weights);
  for (const { tensor, values } of pairs) writeF32(tensor, values);
  optimizer.restore(snapshot.cells);
  writeI32(key, snapshot.key);
  trainer.resumeAt(snapshot.steps);
}
