import { knownOptions, numberList, wholeNumber } from '../core/checks.js';
import { DisposableBase } from '../core/disposable.js';
import { refuse } from '../core/errors.js';
import { matching } from '../core/patterns.js';
import type { Dataset } from '../data/index.js';
import { checkOptimizer, createState } from '../optimizers/checkOptimizer.js';
import type { Loss } from '../losses/index.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { runtime } from '../runtime/state.js';
import { seedWords, tensor, zeros } from '../tensors/creation.js';
import { detach } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import {
  areIndices,
  assertAlive,
  checkIndices,
  checkLengths,
  libraryLoss,
  lossOf,
  reportNonFinite,
  rowsOf,
  type LossOptions,
} from './inputs.js';
import { countParts } from './lossParts.js';
import { exactingOf, type CheckedMetric } from './metrics.js';
import { frozenIn, type Network } from './network.js';
import { BatchPrograms, fill, write, type BatchProgram } from './programs.js';
import { BAD_GRADIENT, BAD_INPUT, BAD_TARGET, emitStep, makeObjective, type TrainingState } from './training.js';

export interface TrainerOptions extends LossOptions {
  readonly optimizer: Optimizer;
  /** Largest number of rows of a step. */
  readonly batchSize: number;
  /** Seed of dropout. Whole number >= 0, default 0. */
  readonly seed?: number | undefined;
}

export interface StepOptions {
  /** Valid steps of each sequence, for recurrent models. */
  readonly lengths?: ArrayLike<number> | undefined;
}

/** What a trainer is for: who answers for its steps, and what they measure besides the loss. */
export interface TrainerUse {
  readonly where: 'step' | 'fit';
  readonly metrics: readonly CheckedMetric[];
  /** Whether gradients of several batches are averaged. */
  readonly gathers?: boolean;
  /** Whether the last of the results is the norm of the gradient. */
  readonly norms?: boolean;
}

/**
 * Trains step by step. A whole step (forward, loss, backward, update) is recorded once per batch size and replayed as
 * one wasm call. Nothing is allocated per step.
 */
export class Trainer extends DisposableBase {
  readonly batchSize: number;
  /** @internal */
  readonly state: TrainingState;
  /** @internal Steps, with the update. */
  readonly programs: BatchPrograms;
  /** The same without an update: gradients are added to the sums. */
  readonly #gathering: BatchPrograms;

  /** What steps are done for: users call `step`, or `fit`. */
  readonly #where: string;
  readonly #exacting: string | undefined;
  readonly #loss: Loss;

  private constructor(
    network: Network,
    options: TrainerOptions,
    { where, metrics, gathers = false, norms = false }: TrainerUse,
  ) {
    super();
    this.#where = where;
    const making = where === 'fit' ? where : 'trainer';
    knownOptions(making, options, ['loss', 'lossWeights', 'optimizer', 'batchSize', 'seed']);
    this.batchSize = wholeNumber(making, 'batchSize', options.batchSize, { min: 1 });
    const rule = checkOptimizer(making, options.optimizer);
    const [seed] = seedWords(making, options.seed);
    const loss = lossOf(making, network, options);
    this.#exacting = exactingOf(loss, metrics);
    this.#loss = loss;
    const objective = makeObjective(where, network, loss);
    const trained = network.weights.filter(({ trainable }) => trainable);
    if (trained.length === 0) refuse(TypeError, making, 'a model with weights to train', 'none');
    for (const { weights } of rule.groups ?? []) matching(making, network.weights, weights);
    const key = detach(tensor(Int32Array.of(seed, 0)));
    const sums: Tensor[] = [];
    const parts = where === 'fit' ? countParts(loss) : 0;
    try {
      if (gathers) for (const { shape } of [...trained, { shape: [1] }]) sums.push(detach(zeros(shape)));
      const optimizer = createState(making, rule, trained);
      this.state = { network, trained, frozen: frozenIn(network.weights), rule, optimizer, key, sums, parts, steps: 0 };
    } catch (error) {
      for (const each of [key, ...sums]) each.dispose(); // memory ran out
      throw error;
    }
    const programs = (updates: boolean): BatchPrograms =>
      new BatchPrograms(
        where,
        network,
        metrics,
        (buffers) => emitStep(this.state, objective, metrics, buffers, updates, norms),
        { parts, extra: Number(norms) },
      );
    this.programs = programs(true);
    this.#gathering = programs(false);
  }

  /** @internal Behind `model.trainer()`. */
  static of(network: Network, options: TrainerOptions, use: TrainerUse = { where: 'step', metrics: [] }): Trainer {
    return new Trainer(network, options, use);
  }

  /** Steps done so far. */
  get steps(): number {
    return this.state.steps;
  }

  /**
   * One step on a batch.
   *
   * @param x inputs, row-major, any number of rows up to `batchSize`
   * @param y targets, flat: in the prediction's shape, or one class index per row
   * @returns the loss before the update, penalties included. When loss or gradient are not finite the weights
   * stay as they were and the value is NaN or infinite.
   * @throws ShapeError, RangeError for batches that do not fit; NonFiniteError for NaN in the data; DisposedError
   */
  step(x: Float32Array, y: ArrayLike<number>, options?: StepOptions): number {
    const lengths = options === undefined ? options : knownOptions('step', options, ['lengths']).lengths;
    const { network } = this.state;
    if (network.ports) ({ x, y } = network.ports.batch('step', x, y, this.#loss));
    const { inputShape, outputShape } = network;
    const rows = rowsOf('step', x, inputShape, this.batchSize);
    y = libraryLoss(this.#loss)?.labelRows?.('step', y, rows, outputShape) ?? y;
    const indices = areIndices('step', numberList('step', 'y', y), rows, outputShape, this.#exacting);
    if (lengths !== undefined) checkLengths('step', lengths, [rows, ...inputShape], network);
    checkIndices('step', x, network, lengths);
    this.#checkAlive();
    const entry = this.programs.get(rows, lengths !== undefined, indices);
    if (entry.lengths && lengths) write(entry.lengths, lengths);
    write(entry.x, x);
    write(entry.y, y);
    return this.#run(entry);
  }

  /** @internal A step on rows of checked data with `program`, whose results then hold loss and metrics. */
  stepOn(entry: BatchProgram, data: Dataset, order: ArrayLike<number>, begin: number, end: number, share = 1): void {
    this.#checkAlive();
    fill(entry, data, order, begin, end);
    const cell = this.state.sums.at(-1);
    if (cell) write(cell, [share]);
    this.#run(entry, share, data);
  }

  /** @internal The program for a batch; with share 0, it only adds its gradients to the sums. */
  programFor(rows: Dataset, share: number, count = rows.size): BatchProgram {
    return (share ? this.programs : this.#gathering).of(rows, count);
  }

  #checkAlive(): void {
    const { key, trained } = this.state;
    assertAlive(this.#where, 'trainer', key);
    assertAlive(this.#where, 'model', trained[0]?.tensor);
  }

  #run({ program, x, y, lengths, results }: BatchProgram, share = 1, data?: Dataset): number {
    const { state } = this;
    state.optimizer.prepare(state.steps);
    const status = program.run();
    if (status === BAD_INPUT) data?.checkFinite?.(); // which names the batch
    if (status === BAD_INPUT) reportNonFinite(this.#where, 'x', x, lengths);
    if (status === BAD_TARGET) reportNonFinite(this.#where, 'y', y, lengths);
    const { f32 } = runtime().heap;
    if (status >= BAD_GRADIENT) f32[results.address / 4] = NaN; // the step failed, not the loss
    if (status === 0 && share) state.steps++;
    return f32[results.address / 4]!;
  }

  /** Frees programs and optimiser state, but not the model and its weights. */
  override dispose(): void {
    if (this.state.key.disposed) return;
    this.programs.dispose();
    this.#gathering.dispose();
    for (const sum of this.state.sums) sum.dispose();
    this.state.optimizer.dispose();
    this.state.key.dispose();
  }
}
