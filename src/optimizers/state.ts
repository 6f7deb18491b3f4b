import { finiteNumber, show } from '../core/checks.js';
import { DisposableBase } from '../core/disposable.js';
import { DisposedError, DTypeError, refuse, ShapeError } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { CAREFUL_FLAG } from '../runtime/generated/layout.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { detach, scoped } from '../tensors/scope.js';
import { Storage } from '../tensors/storage.js';
import { isTensor, Tensor, type DType } from '../tensors/tensor.js';
import { clipGradients, CLIP_CELLS } from './clip.js';
import { learningRateAt, type OptimizerState, type Schedule, type StateLayout } from './optimizer.js';
import type { Clip, Rule } from './rule.js';
import { unshared } from './unshared.js';

/** Every 32nd step sets subnormal slot values to 0, before many running means have decayed so far. */
const FLUSH_STEPS = 32;

/** Hyperparameters beyond these may make a parameter overflow in one step, however small the gradients are. */
const [SMALL, LARGE] = [2 ** -40, 2 ** 10];

/** What a state holds in linear memory. */
interface Memory {
  /** f64: the learning rate, the rule's hyperparameters, and the flush flag. */
  readonly cells: Tensor;
  readonly clipCells: Tensor | undefined;
  readonly slots: readonly (readonly Tensor[])[];
  /** All of these tensors. */
  readonly held: readonly Tensor[];
}

/** A tensor filled with one value now, in memory that no recording may reuse. */
function constant(where: string, shape: Shape, value: number): Tensor {
  const tensor = detach(Tensor.of(Storage.constant(4 * sizeOf(shape), where), shape, 'f32'));
  const start = tensor.address / 4;
  runtime().heap.f32.fill(value, start, start + tensor.size);
  return tensor;
}

/** Allocates the memory of a state, and frees what it has allocated when memory runs out. */
function allocate(
  { name, hyper, slots, initial = 0 }: Rule,
  { clipNorm }: Clip,
  parameters: readonly Tensor[],
): Memory {
  const held: Tensor[] = [];
  const hold = (shape: Shape, value: number): Tensor => {
    const tensor = constant(name, shape, value);
    held.push(tensor);
    return tensor;
  };
  try {
    return {
      cells: hold([CAREFUL_FLAG / 4 + 2 * (hyper.length + 2)], 0),
      clipCells: clipNorm === undefined ? undefined : hold([CLIP_CELLS], 0),
      slots: parameters.map(({ shape }) => slots.map(() => hold(shape, initial))),
      held,
    };
  } catch (error) {
    for (const tensor of held) tensor.dispose();
    throw error;
  }
}

function checkFloats(where: string, what: string, tensors: readonly Tensor<DType>[]): void {
  if (!Array.isArray(tensors)) refuse(TypeError, where, `${what} to be an array of tensors`, show(tensors));
  for (const [i, tensor] of tensors.entries()) {
    if (!isTensor(tensor)) refuse(TypeError, where, `${what} to be tensors`, `${show(tensor)} at position ${i}`);
    tensor.assertAlive(where);
    if (tensor.dtype !== 'f32') refuse(DTypeError, where, `${what} of dtype f32`, `${tensor.dtype} at position ${i}`);
  }
}

/** The learning rate of a step, checked. */
function rateOf(where: string, learningRate: number | Schedule, step: number): number {
  const rate = learningRateAt({ learningRate }, step);
  if (typeof rate === 'number' && rate >= 0 && rate < Infinity) return rate;
  refuse(RangeError, where, `the learningRate schedule to give a finite number >= 0 at step ${step}`, show(rate));
}

/** The state common to all rules: slots, and the hyperparameters as cells that recorded kernels read. */
export class RuleState extends DisposableBase implements OptimizerState {
  readonly slots: readonly (readonly Tensor[])[];
  /** @internal */
  readonly layout: StateLayout;
  readonly #rule: Rule;
  readonly #clip: Clip;
  readonly #parameters: readonly Tensor[];
  readonly #memory: Memory;
  /** Where in `heap.f64` the cells that evolve from step to step begin. */
  readonly #evolving: number;

  constructor(rule: Rule, learningRate: number | Schedule, clip: Clip, given: readonly Tensor[]) {
    super();
    const { name, hyper, evolving = hyper.length + 1 } = rule;
    this.#rule = rule;
    this.#clip = clip;
    checkFloats(name, 'parameters', given);
    this.#parameters = [...given];
    const firstRate = rateOf(name, learningRate, 0);
    this.#memory = allocate(rule, clip, this.#parameters);
    this.slots = this.#memory.slots;
    const start = (this.#memory.cells.address + CAREFUL_FLAG) / 8;
    runtime().heap.f64.set([firstRate, ...hyper], start);
    this.#evolving = start + evolving;
    this.layout = {
      rate: start,
      flushFlag: start + hyper.length + 1,
      prepare: (step, into, rate, flushFlag) => {
        into[flushFlag] = step % FLUSH_STEPS === FLUSH_STEPS - 1 ? 1 : 0;
        into[rate] = rateOf(name, learningRate, step);
      },
    };
  }

  #assertAlive(): void {
    if (this.#memory.cells.disposed) refuse(DisposedError, this.#rule.name, 'a live state', 'one after dispose()');
  }

  #checkGradients(gradients: readonly Tensor[]): void {
    const { name } = this.#rule;
    const parameters = this.#parameters;
    checkFloats(name, 'gradients', gradients);
    if (gradients.length !== parameters.length)
      refuse(ShapeError, name, `${parameters.length} gradients, one for each parameter`, gradients.length);
    for (const [i, { shape }] of parameters.entries()) {
      const got = gradients[i]?.shape ?? [];
      if (!sameShape(shape, got)) refuse(ShapeError, name, `gradient ${i} of shape ${shapeText(shape)}`, got);
    }
    checkFloats(name, 'parameters', parameters);
  }

  update(gradients: readonly Tensor[]): void {
    this.#assertAlive();
    this.#checkGradients(gradients);
    scoped(
      () => this.#update(unshared(gradients)),
      () => [],
    );
  }

  #update(gradients: readonly Tensor[]): void {
    const { cells, clipCells, slots } = this.#memory;
    const { hyper, slots: names, advance, apply } = this.#rule;
    clipGradients(gradients, this.#clip, clipCells);
    const block = cells.pointer() + CAREFUL_FLAG;
    const flushFlag = block + 8 * (hyper.length + 1);
    advance?.(block);
    for (const [i, parameter] of this.#parameters.entries()) {
      const kept = slots[i] ?? [];
      const slot = (name: string): number => kept[names.indexOf(name)]?.pointer() ?? 0;
      apply(parameter.pointer(), gradients[i]?.pointer() ?? 0, slot, block, parameter.size);
      for (const tensor of kept) call(kernels.flushTiny, tensor.pointer(), flushFlag, 0, tensor.size);
    }
  }

  /** @internal The cells, and flags before them, by which a training step can take an update back. */
  careful(): number {
    const { cells } = this.#memory;
    const { hyper, config } = this.#rule;
    const isTame = hyper.every((value) => value <= LARGE) && Number(config['epsilon'] ?? 1) >= SMALL;
    runtime().heap.f64[cells.address / 8] = isTame ? 0 : 1;
    return cells.pointer() + CAREFUL_FLAG;
  }

  prepare(step: number): void {
    this.#assertAlive();
    finiteNumber(this.#rule.name, 'step', step);
    const { rate, flushFlag, prepare } = this.layout;
    prepare(step, runtime().heap.f64, rate, flushFlag); // writes to the heap directly: a view would be allocated at every step
  }

  cells(): Float64Array {
    this.#assertAlive();
    return runtime().heap.f64.slice(this.#evolving, this.layout.flushFlag);
  }

  restore(values: Float64Array): void {
    this.#assertAlive();
    const { name } = this.#rule;
    const count = this.layout.flushFlag - this.#evolving;
    if (!(values instanceof Float64Array)) refuse(TypeError, name, 'cells to be a Float64Array', show(values));
    if (values.length !== count) refuse(RangeError, name, `${count} cells`, values.length);
    for (const value of values) finiteNumber(name, 'cells', value);
    runtime().heap.f64.set(values, this.#evolving);
  }

  override dispose(): void {
    for (const tensor of this.#memory.held) tensor.dispose();
  }
}
