import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import type { EpochLog } from './history.js';
import type { InferenceModel } from './inferenceModel.js';
import { weightTree, type WeightTree } from './network.js';
import { copiesOf, write } from './programs.js';
import type { Trainer } from './trainer.js';

/** Everything that a training needs to continue with the same bits. */
export interface TrainingSnapshot {
  /** Epoch to continue with, from 0. */
  readonly epoch: number;
  /** Batches of that epoch already done. */
  readonly batch: number;
  /** Steps done. */
  readonly steps: number;
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** Optimiser state by `'slot:weight name'`. */
  readonly slots: Readonly<Record<string, Float32Array>>;
  /** Numbers of the optimiser besides the slots. */
  readonly cells: Float64Array;
  /** Seed and counter of dropout. */
  readonly key: Int32Array;
  /** Sums for the running means of the current epoch, and the number of rows in them. */
  readonly sums: readonly number[];
  readonly rows: number;
  /** States of the metrics that are counted over the epoch. */
  readonly states?: readonly unknown[] | undefined;
  /** The learning rate, if a callback has set it. */
  readonly learningRate?: number | undefined;
  /** Logs of the epochs done. */
  readonly log: readonly EpochLog[];
  /** Options that determine the order of rows. In the middle of an epoch they must not change. */
  readonly seed: number;
  readonly shuffle: boolean;
  readonly batchSize: number;
  /** The optimiser's name and slot names, and the names of frozen weights, to which a snapshot belongs. */
  readonly optimizer: string;
}

/** Position in the training at which a snapshot is taken. */
export type Position = Pick<
  TrainingSnapshot,
  'epoch' | 'batch' | 'sums' | 'rows' | 'states' | 'log' | 'seed' | 'shuffle' | 'batchSize'
>;

/** The tensors of a snapshot, by their names in it. Sums of gradients are 0 at the beginning of an epoch. */
function tensorsOf(model: InferenceModel, trainer: Trainer, batch: number): Record<'weights' | 'slots', WeightTree> {
  const { optimizer, rule, trained, sums } = trainer.state;
  const slots = trained.flatMap(({ name }, i) => {
    const own = (optimizer.slots[i] ?? []).map((tensor, k) => ({ name: `${rule.slots[k]}:${name}`, tensor }));
    const sum = batch > 0 ? sums[i] : undefined;
    return sum ? [...own, { name: `gradient:${name}`, tensor: sum }] : own;
  });
  return { weights: weightTree(model.weights), slots: weightTree(slots) };
}

function signatureOf({ state }: Trainer): string {
  const frozen = state.network.weights.map(({ name }) => name).filter(state.frozen);
  const rest = frozen[0] ? ` with ${frozen.join(', ')} frozen` : '';
  return `${state.rule.name}(${state.rule.slots.join(', ')})${rest}`;
}

/** Copies the state of a run. */
export function takeSnapshot(model: InferenceModel, trainer: Trainer, position: Position): TrainingSnapshot {
  const { optimizer, key, steps } = trainer.state;
  const { weights, slots } = tensorsOf(model, trainer, position.batch);
  return {
    ...position,
    log: [...position.log],
    steps,
    learningRate: optimizer.rateSet,
    weights: copiesOf(weights),
    slots: copiesOf(slots),
    cells: optimizer.cells(),
    key: Int32Array.from(key.data()),
    optimizer: signatureOf(trainer),
  };
}

function mismatch(expected: string, got: unknown): never {
  refuse(FormatError, 'resume', expected, String(got));
}

/** Checks that there are as many numbers as needed, all finite. */
function checkNumbers(what: string, values: ArrayLike<number> | undefined, size: number): void {
  if (values?.length !== size) mismatch(`${size} values for ${what}`, values?.length ?? 'none');
  for (let i = 0; i < size; i++)
    if (!Number.isFinite(values[i])) mismatch(`finite values for ${what}`, `${values[i]} at position ${i}`);
}

/** Restores the state of a run. Throws `FormatError`, before anything is changed, when it belongs to another run. */
export function restoreSnapshot(model: InferenceModel, trainer: Trainer, snapshot: TrainingSnapshot): void {
  const { optimizer, key } = trainer.state;
  const signature = signatureOf(trainer);
  if (snapshot.optimizer !== signature) mismatch(`state of ${signature}`, show(snapshot.optimizer));
  const tensors = tensorsOf(model, trainer, snapshot.batch);
  const parts = (['weights', 'slots'] as const).map((part) => ({ into: tensors[part], from: snapshot[part] }));
  for (const { into, from } of parts) {
    const extra = Object.keys(from).find((name) => !Object.hasOwn(into, name));
    if (extra !== undefined) mismatch(`values for ${Object.keys(into).join(', ') || 'none'}`, show(extra));
    for (const [name, { size }] of Object.entries(into)) checkNumbers(name, from[name], size);
  }
  checkNumbers('the optimizer', snapshot.cells, optimizer.cells().length);
  checkNumbers('the random key', snapshot.key, key.size);
  for (const name of ['epoch', 'batch', 'steps', 'rows'] as const) {
    const value = snapshot[name];
    if (!Number.isSafeInteger(value) || value < 0) mismatch(`${name} to be a whole number >= 0`, show(value));
  }
  const { learningRate } = snapshot;
  if (learningRate !== undefined && !(learningRate >= 0 && learningRate < Infinity))
    mismatch('learningRate to be finite and >= 0', show(learningRate));
  for (const { into, from } of parts)
    for (const [name, tensor] of Object.entries(into)) write(tensor, from[name] ?? []);
  optimizer.restore(snapshot.cells);
  write(key, snapshot.key);
  trainer.state.steps = snapshot.steps;
  if (learningRate !== undefined) optimizer.setRate(learningRate, snapshot.steps);
}

/** What a model keeps of its last training, for the next one with the same optimizer. */
export type KeptState = Pick<TrainingSnapshot, 'epoch' | 'steps' | 'slots' | 'cells' | 'key' | 'learningRate'>;

/** Goes on with a state, as far as the same weights are trained. The seed is the new one. */
export function restoreKept(model: InferenceModel, trainer: Trainer, { slots, cells, key, ...kept }: KeptState): void {
  const { optimizer, key: own } = trainer.state;
  for (const [name, tensor] of Object.entries(tensorsOf(model, trainer, 0).slots)) {
    const values = slots[name];
    if (values) write(tensor, values);
  }
  optimizer.restore(cells);
  write(own, [own.data()[0] ?? 0, key[1] ?? 0]);
  trainer.state.steps = kept.steps;
  if (kept.learningRate !== undefined) optimizer.setRate(kept.learningRate, kept.steps);
}
