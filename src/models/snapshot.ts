import { show } from '../core/checks.js';
import { FormatError } from '../core/errors.js';
import type { EpochLog } from './logs.js';
import { writeF32, writeI32 } from './copy.js';
import type { Trainable } from './trainable.js';
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
  /** What the order of rows follows from: within an epoch a run goes on with the same only. */
  readonly seed: number;
  readonly shuffle: boolean;
  readonly batchSize: number;
  /** The optimiser's name and slot names: a snapshot fits no other. */
  readonly optimizer: string;
}

/** Where in the run a snapshot is taken. */
export type Position = Pick<
  TrainingSnapshot,
  'epoch' | 'batch' | 'sums' | 'rows' | 'log' | 'seed' | 'shuffle' | 'batchSize'
>;

/** Copies the state of a run. */
export function takeSnapshot(model: Trainable, trainer: Trainer, position: Position): TrainingSnapshot {
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

/** Whole numbers >= 0. */
function checkCounts(snapshot: TrainingSnapshot): void {
  const { epoch, batch, steps, rows } = snapshot;
  for (const [name, value] of Object.entries({ epoch, batch, steps, rows })) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new FormatError(`resume: expected ${name} to be a whole number >= 0, got ${show(value)}`);
  }
}

/** As many numbers as there is room for, all finite. */
function checkNumbers(what: string, values: ArrayLike<number> | undefined, size: number): ArrayLike<number> {
  if (values?.length !== size)
    throw new FormatError(`resume: expected ${size} values for ${what}, got ${values?.length ?? 'none'}`);
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(values[i]))
      throw new FormatError(`resume: expected finite values for ${what}, got ${values[i]} at position ${i}`);
  }
  return values;
}

/** Every name has values, and there are no more. */
function checkNames(what: string, given: object, expected: readonly string[]): void {
  const extra = Object.keys(given).find((name) => !expected.includes(name));
  if (extra !== undefined)
    throw new FormatError(`resume: expected ${what} ${expected.join(', ') || 'none'}, got ${show(extra)}`);
}

/** Puts the state of a run back; throws `FormatError` before anything is changed when it belongs to another run. */
export function restoreSnapshot(model: Trainable, trainer: Trainer, snapshot: TrainingSnapshot): void {
  const { optimizer, key, slotNames, trained, signature } = trainer.state;
  if (snapshot.optimizer !== signature)
    throw new FormatError(`resume: expected state of ${signature}, got ${show(snapshot.optimizer)}`);
  const targets = trained.flatMap(({ name }, i) =>
    (optimizer.slots[i] ?? []).map((tensor, k) => ({ name: `${slotNames[k] ?? ''}:${name}`, tensor })),
  );
  const weights = model.weights.map(({ name, tensor }) => ({ name, tensor }));
  const fitting = (from: Readonly<Record<string, Float32Array>>, into: typeof targets): void => {
    checkNames('values for', from, into.map((target) => target.name)); // prettier-ignore
    for (const { name, tensor } of into) checkNumbers(name, from[name], tensor.size);
  };
  fitting(snapshot.weights, weights);
  fitting(snapshot.slots, targets);
  checkNumbers('the optimizer', snapshot.cells, optimizer.cells().length);
  checkNumbers('the random key', snapshot.key, key.size);
  checkCounts(snapshot);
  for (const { name, tensor } of weights) writeF32(tensor, snapshot.weights[name] ?? []);
  for (const { name, tensor } of targets) writeF32(tensor, snapshot.slots[name] ?? []);
  optimizer.restore(snapshot.cells);
  writeI32(key, snapshot.key);
  trainer.resumeAt(snapshot.steps);
}
