import { knownOptions, show, wholeNumber } from '../core/checks.js';
import { DisposedError, ShapeError } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { valueAndGrad } from '../ops/firstOrder.js';
import { add } from '../ops/add.js';
import { maskSteps } from '../ops/sequence.js';
import type { Loss } from '../losses/index.js';
import type { Optimizer, OptimizerState } from '../optimizers/optimizer.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { record } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { seedWords, tensor } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkIndices, checkLabels, reportNonFinite, rowsOf, targetKind, type TargetKind } from './batches.js';
import { writeF32, writeI32 } from './copy.js';
import { measure, type CustomMetric } from './metrics.js';
import { forward, type Network, type NetworkWeight, type WeightTree } from './network.js';
import { makeObjective, type Objective } from './objective.js';
import { applyPenalties, customPenalties } from './penalties.js';
import { allocateBatch, BatchPrograms, type BatchKey, type BatchProgram } from './steps.js';

export interface TrainerOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Largest number of rows of a step. */
  readonly batchSize: number;
  /** Seed of dropout. Whole number >= 0, default 0. */
  readonly seed?: number;
}

export interface StepOptions {
  /** Valid steps of each sequence, for recurrent models. */
  readonly lengths?: ArrayLike<number>;
}

/** Status codes of the guards, in the order in which they stand in the program. */
const BAD_INPUT = 1;
const BAD_TARGET = 2;
const BAD_LOSS = 3;
const BAD_GRADIENT = 4;

/** What the forward pass leaves behind besides the loss. */
interface Extras {
  readonly prediction: Tensor;
  /** Valid steps of the prediction, when it has any. */
  readonly lengths: Tensor | undefined;
  readonly updates: ReadonlyMap<string, Tensor>;
}

/** @internal The parts of a trainer that a snapshot copies. */
export interface TrainerState {
  readonly optimizer: OptimizerState;
  readonly key: Tensor;
  readonly slotNames: readonly string[];
  readonly trained: readonly NetworkWeight[];
  readonly signature: string;
}

/**
 * Training step by step: the whole step (forward, loss, backward, update) is recorded once per batch size and
 * replayed as one wasm call. Nothing is allocated per step.
 */
export class Trainer {
  readonly batchSize: number;
  readonly metrics: readonly CustomMetric[];
  readonly #network: Network;
  readonly #objective: Objective;
  readonly #rule: Optimizer;
  readonly #optimizer: OptimizerState;
  readonly #trained: readonly NetworkWeight[];
  readonly #programs: BatchPrograms;
  /** Seed and step counter of dropout, read by the program. */
  readonly #key: Tensor;
  #steps = 0;
  #disposed = false;

  /** @internal Made by `model.trainer()`. */
  constructor(network: Network, options: TrainerOptions, metrics: readonly CustomMetric[] = []) {
    knownOptions('trainer', options, ['loss', 'optimizer', 'batchSize', 'seed']);
    this.batchSize = wholeNumber('trainer', 'batchSize', options.batchSize, { min: 1 });
    const { optimizer }: { optimizer: unknown } = options;
    if (typeof optimizer !== 'object' || optimizer === null || !('create' in optimizer)) {
      throw new TypeError(
        `trainer: expected optimizer to be made by sgd(...), adam(...) or the like, got ${show(optimizer)}`,
      );
    }
    const [seed] = seedWords('trainer', options.seed);
    this.#network = network;
    this.#objective = makeObjective('trainer', network, options.loss);
    this.metrics = metrics;
    this.#trained = network.weights.filter(({ trainable }) => trainable);
    if (this.#trained.length === 0) throw new TypeError('trainer: expected a model with weights to train, got none');
    this.#rule = options.optimizer;
    this.#optimizer = options.optimizer.create(this.#trained.map((weight) => weight.tensor));
    this.#key = detach(tensor(Int32Array.of(seed, 0), [2]));
    this.#programs = new BatchPrograms((key) => this.#record(key));
  }

  /** Steps done so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * One step on a batch.
   *
   * @param x inputs, row-major, any number of rows up to `batchSize`
   * @param y targets, flat: in the prediction's shape, or one class index a row
   * @returns the loss before the update, penalties included. When loss or gradient are not finite the weights
   * stay as they were and the value is NaN or infinite.
   * @throws ShapeError, RangeError for batches that do not fit; NonFiniteError for NaN in the data; DisposedError
   */
  step(x: Float32Array, y: ArrayLike<number>, options?: StepOptions): number {
    const { inputShape, outputShape } = this.#network;
    const rows = rowsOf('step', x, inputShape, this.batchSize);
    const kind = targetKind('step', y.length, rows, outputShape);
    if (kind === 'indices') checkLabels('step', y, outputShape.at(-1) ?? 1);
    checkIndices('step', x, this.#network, options?.lengths);
    const entry = this.#entry(rows, kind, options?.lengths);
    writeF32(entry.x, x);
    if (kind === 'indices') writeI32(entry.y, y);
    else writeF32(entry.y, y);
    return this.#run(entry, x, y, options?.lengths);
  }

  /** @internal As `step`, with a function that writes the batch right into linear memory; labels are checked already. */
  stepFrom(
    rows: number,
    kind: TargetKind,
    fill: (x: Float32Array, y: Float32Array | Int32Array) => void,
    lengths?: ArrayLike<number>,
  ): number {
    const entry = this.#entry(rows, kind, lengths);
    const { heap } = runtime();
    const [xStart, yStart] = [entry.x.address / 4, entry.y.address / 4];
    const x = heap.f32.subarray(xStart, xStart + entry.x.size);
    const y = (kind === 'indices' ? heap.i32 : heap.f32).subarray(yStart, yStart + entry.y.size);
    fill(x, y);
    return this.#run(entry, x, y, lengths);
  }

  /** @internal The recorded step of such a batch. */
  program(rows: number, kind: TargetKind, masked: boolean): BatchProgram {
    return this.#programs.get(rows, kind, masked);
  }

  /** @internal A metric of the last step. */
  metric(rows: number, kind: TargetKind, masked: boolean, index: number): number {
    return runtime().heap.f32[this.#programs.get(rows, kind, masked).results.address / 4 + 1 + index] ?? NaN;
  }

  /** @internal What must be kept to go on later bit by bit. */
  get state(): TrainerState {
    const { name, slots } = this.#rule;
    return {
      optimizer: this.#optimizer,
      key: this.#key,
      slotNames: slots,
      trained: this.#trained,
      signature: `${name}(${slots.join(', ')})`,
    };
  }

  /** @internal Continues counting from a checkpoint. */
  resumeAt(steps: number): void {
    this.#steps = steps;
  }

  #entry(rows: number, kind: TargetKind, lengths: ArrayLike<number> | undefined): BatchProgram {
    if (this.#disposed) throw new DisposedError('step: expected a live trainer, got one after dispose()');
    if (this.#trained[0]?.tensor.disposed)
      throw new DisposedError('step: expected a live model, got one after dispose()');
    const entry = this.#programs.get(rows, kind, lengths !== undefined);
    if (entry.lengths && lengths) {
      const steps = this.#network.inputShape[0] ?? 0;
      if (lengths.length !== rows) throw new ShapeError(`step: expected ${rows} lengths, got ${lengths.length}`);
      for (let i = 0; i < rows; i++) wholeNumber('step', `lengths[${i}]`, lengths[i], { min: 1, max: steps });
      writeI32(entry.lengths, lengths);
    }
    return entry;
  }

  #run(
    entry: BatchProgram,
    x: ArrayLike<number>,
    y: ArrayLike<number>,
    lengths: ArrayLike<number> | undefined,
  ): number {
    this.#optimizer.prepare(this.#steps);
    const status = entry.program.run();
    if (status === BAD_INPUT) reportNonFinite('step', 'x', x, entry.x.shape, lengths);
    if (status === BAD_TARGET) reportNonFinite('step', 'y', y, entry.y.shape, lengths);
    if (status === BAD_GRADIENT) return NaN;
    if (status === 0) this.#steps++;
    return runtime().heap.f32[entry.results.address / 4] ?? NaN;
  }

  #record(key: BatchKey): BatchProgram {
    const { x, y, lengths, results } = allocateBatch(this.#network, key, this.metrics.length);
    try {
      const { program } = record(() => {
        scoped(
          () => {
            this.#emit(x, y, lengths, results);
          },
          () => [],
        );
      });
      return { x, y, lengths, results, program };
    } catch (error) {
      for (const made of [x, y, lengths, results]) made?.dispose();
      throw error;
    }
  }

  /** The kernel calls of one step. */
  #emit(x: Tensor, y: Tensor, lengths: Tensor | undefined, results: Tensor): void {
    const input = lengths ? maskSteps(x, lengths) : x; // padding may hold anything
    call(kernels.guardFinite, input.pointer(), input.size, BAD_INPUT);
    const parameters = Object.fromEntries(this.#trained.map((weight) => [weight.name, weight.tensor]));
    let extras: Extras | undefined;
    try {
      const [loss, gradients] = valueAndGrad((trained: WeightTree) => {
        const pass = this.#forward(trained, input, y, lengths);
        extras = pass.extras;
        return pass.loss;
      })(parameters);
      call(kernels.copyBytes, loss.pointer(), results.pointer(), 4);
      loss.dispose();
      const list = this.#trained.map(({ name }) => gradients[name]).filter((gradient) => gradient !== undefined);
      applyPenalties(this.#trained, list, results.pointer());
      if (extras) this.#emitMetrics(extras, y, results);
      this.#emitUpdate(list, results, extras);
    } finally {
      for (const kept of [extras?.prediction, extras?.lengths, ...(extras?.updates.values() ?? [])]) kept?.dispose();
    }
    call(kernels.advanceCounter, this.#key.pointer() + 4);
  }

  /** Guards, then everything that changes weights. */
  #emitUpdate(gradients: readonly Tensor[], results: Tensor, extras: Extras | undefined): void {
    call(kernels.guardFinite, results.pointer(), 1, BAD_LOSS);
    const updates = [...(extras?.updates.values() ?? [])];
    for (const value of [...gradients, ...updates])
      call(kernels.guardFinite, value.pointer(), value.size, BAD_GRADIENT);
    this.#optimizer.update(gradients);
    for (const gradient of gradients) gradient.dispose();
    if (extras) this.#emitUpdates(extras);
  }

  #forward(trained: WeightTree, x: Tensor, y: Tensor, lengths: Tensor | undefined): { loss: Tensor; extras: Extras } {
    const all: WeightTree = {
      ...Object.fromEntries(this.#network.weights.map(({ name, tensor: value }) => [name, value])),
      ...trained,
    };
    const pass = forward(this.#objective.layers, all, x, { training: true, lengths, key: this.#key });
    const valid = y.shape.length > 1 ? pass.lengths : undefined;
    const target = valid ? maskSteps(y, valid) : y;
    if (target.dtype === 'f32') call(kernels.guardFinite, target.pointer(), target.size, BAD_TARGET);
    const loss = this.#objective.loss(pass.output, target, valid);
    const penalty = customPenalties(this.#trained, trained);
    const keep = (value: Tensor): Tensor => detach(value.alias()); // survives the end of the differentiated function
    const updates = new Map([...pass.updates].map(([name, value]) => [name, keep(value)]));
    return {
      loss: penalty ? add(loss, penalty) : loss,
      extras: { prediction: keep(pass.output), lengths: valid && keep(valid), updates },
    };
  }

  #emitMetrics({ prediction: output, lengths }: Extras, y: Tensor, results: Tensor): void {
    if (this.metrics.length > 0) {
      const prediction = this.#objective.prediction(output);
      this.metrics.forEach((metric, i) => {
        call(kernels.copyBytes, measure(metric, prediction, y, lengths).pointer(), results.pointer() + 4 * (i + 1), 4);
      });
    }
    output.dispose();
  }

  #emitUpdates({ updates }: Extras): void {
    for (const [name, value] of updates) {
      const weight = this.#network.weights.find((candidate) => candidate.name === name);
      if (!weight || sizeOf(weight.shape) !== value.size)
        throw new ShapeError(`${name}: expected an update of the weight's shape`);
      call(kernels.copyBytes, value.pointer(), weight.tensor.pointer(), 4 * value.size);
    }
  }

  /** Frees programs and optimiser state. The model and its weights stay. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#programs.dispose();
    this.#optimizer.dispose();
    this.#key.dispose();
  }
}
