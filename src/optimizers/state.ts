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
import { hasDType, isTensor, Tensor, type DType } from '../tensors/tensor.js';
import { clipGradients, CLIP_CELLS } from './clip.js';
import { learningRateAt, type OptimizerState, type Schedule, type StateLayout } from './optimizer.js';
import type { Block, Clip, Rule } from './rule.js';
import { unshared } from './unshared.js';

/** Every 32nd step sets subnormal slot values to 0, before many running means have decayed so far. */
const FLUSH_STEPS = 32;

/** Hyperparameters beyond these may make a parameter overflow in one step, however small the gradients are. */
const [SMALL, LARGE] = [2 ** -40, 2 ** 10];

/** Cells for the flags before those of a block. */
const HEAD = CAREFUL_FLAG / 8;

/** What a state holds in linear memory. */
interface Memory {
  /** f64, for each block: flags, the learning rate, the rule's hyperparameters, and the flush flag. */
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
  { name, slots, initial = 0 }: Rule,
  cells: number,
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
      cells: hold([2 * cells], 0),
      clipCells: clipNorm === undefined ? undefined : hold([CLIP_CELLS], 0),
      slots: parameters.map(({ shape }) => slots.map(() => hold(shape, initial))),
      held,
    };
  } catch (error) {
    for (const tensor of held) tensor.dispose();
    throw error;
  }
}

export function checkFloats(where: string, what: string, tensors: readonly Tensor<DType>[]): readonly Tensor[] {
  if (!Array.isArray(tensors)) refuse(TypeError, where, `${what} to be an array of tensors`, show(tensors));
  const floats: Tensor[] = [];
  for (const [i, tensor] of tensors.entries()) {
    if (!isTensor(tensor)) refuse(TypeError, where, `${what} to be tensors`, `${show(tensor)} at position ${i}`);
    tensor.assertAlive(where);
    if (!hasDType(tensor, 'f32')) refuse(DTypeError, where, `${what} of dtype f32`, `${tensor.dtype} at position ${i}`);
    floats.push(tensor);
  }
  return floats;
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
  readonly #blocks: readonly Block[];
  /** The number of each parameter's block. */
  readonly #members: readonly number[];
  /** Cells of a block after its flags: the learning rate, the hyperparameters, and the flush flag. */
  readonly #width: number;
  /** Where in `heap.f64` they begin. */
  readonly #starts: readonly number[];
  /** The learning rate of each block. */
  #rates: readonly (number | Schedule)[];
  readonly #clip: Clip;
  readonly #parameters: readonly Tensor[];
  readonly #memory: Memory;

  constructor(
    rule: Rule,
    blocks: readonly Block[],
    clip: Clip,
    given: readonly Tensor[],
    members: readonly number[] = [],
  ) {
    super();
    const { name } = rule;
    this.#rule = rule;
    this.#blocks = blocks;
    this.#members = members;
    this.#width = (blocks[0]?.hyper.length ?? 0) + 2;
    this.#clip = clip;
    checkFloats(name, 'parameters', given);
    this.#parameters = [...given];
    this.#rates = blocks.map(({ learningRate }) => learningRate);
    const rates = this.#rates.map((rate) => rateOf(name, rate, 0));
    this.#memory = allocate(rule, blocks.length * (HEAD + this.#width), clip, this.#parameters);
    this.slots = this.#memory.slots;
    this.#starts = blocks.map((_, i) => this.#memory.cells.address / 8 + HEAD + i * (HEAD + this.#width));
    blocks.forEach(({ hyper }, i) => runtime().heap.f64.set([rates[i] ?? 0, ...hyper, 0], this.#starts[i]));
    const last = this.#width - 1;
    const prepared = this.#starts.flatMap((start) => [start, start + last]);
    this.layout = {
      rate: prepared[0] ?? 0,
      flushFlag: prepared.at(-1) ?? 0,
      prepared,
      prepare: (step, into, first) => {
        const flush = step % FLUSH_STEPS === FLUSH_STEPS - 1 ? 1 : 0;
        for (let i = 0; i < prepared.length; i++)
          into[first === undefined ? prepared[i]! : first + i] =
            i % 2 ? flush : rateOf(name, this.#rates[i >> 1]!, step);
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
    scoped(() => this.#update(unshared(gradients)));
  }

  #update(gradients: readonly Tensor[]): void {
    const { clipCells, slots } = this.#memory;
    const { slots: names, advance, apply } = this.#rule;
    clipGradients(gradients, this.#clip, clipCells);
    const blocks = this.#pointers();
    if (advance) for (const block of blocks) advance(block);
    for (const [i, parameter] of this.#parameters.entries()) {
      const block = blocks[this.#members[i] ?? 0] ?? 0;
      const flushFlag = block + 8 * (this.#width - 1);
      const kept = slots[i] ?? [];
      const slot = (name: string): number => kept[names.indexOf(name)]?.pointer() ?? 0;
      apply(parameter.pointer(), gradients[i]?.pointer() ?? 0, slot, block, parameter.size);
      for (const tensor of kept) call(kernels.flushTiny, tensor.pointer(), flushFlag, 0, tensor.size);
    }
  }

  /** The addresses of the blocks, for kernel calls. */
  #pointers(): number[] {
    this.#memory.cells.pointer(); // a program being recorded holds them
    return this.#starts.map((start) => 8 * start);
  }

  /** @internal Decides whether a step must be able to take its update back. Flags about that precede the cells. */
  careful(): number {
    const { config } = this.#rule;
    const [only, other] = this.#blocks;
    const isTame = !other && only?.hyper.every((value) => value <= LARGE) && Number(config['epsilon'] ?? 1) >= SMALL;
    const pointers = this.#pointers();
    for (const pointer of pointers) {
      runtime().heap.f64[(pointer - CAREFUL_FLAG) / 8] = isTame ? 0 : 1;
      call(kernels.decideCare, pointer);
    }
    return pointers[0] ?? 0;
  }

  prepare(step: number): void {
    this.#assertAlive();
    finiteNumber(this.#rule.name, 'step', step);
    this.layout.prepare(step, runtime().heap.f64); // writes to the heap directly: a view would be allocated at every step
  }

  /** @internal The learning rate of a step for weights in no group. */
  rateAt(step: number): number {
    return rateOf(this.#rule.name, this.#rates[0] ?? NaN, step);
  }

  /** @internal The learning rate that was set. */
  rateSet: number | undefined;

  /** @internal Sets it from this step on, in place of a schedule too; rates of groups change in proportion. */
  setRate(rate: number, step: number): void {
    const own = this.#blocks[0]?.learningRate ?? 0;
    this.rateSet = rate;
    const factor = rate / rateOf(this.#rule.name, own, step);
    this.#rates = this.#blocks.map(({ learningRate: given }) =>
      given === own || !Number.isFinite(factor)
        ? rate
        : typeof given === 'function'
          ? (at) => factor * given(at)
          : factor * given,
    );
  }

  /** Positions of the cells that change from step to step. */
  #evolving(): number[] {
    const { evolving = this.#width - 1 } = this.#rule;
    const count = this.#width - 1 - evolving;
    return this.#starts.flatMap((start) => Array.from({ length: count }, (_, k) => start + evolving + k));
  }

  /** @internal Copies the numbers that change from step to step, as f64, to a tensor or from it. */
  copyCells(tensor: Tensor, out: boolean): void {
    const first = this.#rule.evolving ?? this.#width - 1;
    const bytes = 8 * (this.#width - 1 - first);
    this.#pointers().forEach((block, i) => {
      const [own, other] = [block + 8 * first, tensor.pointer() + i * bytes];
      call(kernels.copyBytes, out ? own : other, out ? other : own, bytes);
    });
  }

  cells(): Float64Array {
    this.#assertAlive();
    const { f64 } = runtime().heap;
    return Float64Array.from(this.#evolving(), (at) => f64[at] ?? NaN);
  }

  restore(values: Float64Array): void {
    this.#assertAlive();
    const { name } = this.#rule;
    const cells = this.#evolving();
    if (!(values instanceof Float64Array)) refuse(TypeError, name, 'cells to be a Float64Array', show(values));
    if (values.length !== cells.length) refuse(RangeError, name, `${cells.length} cells`, values.length);
    for (const value of values) finiteNumber(name, 'cells', value);
    const { f64 } = runtime().heap;
    cells.forEach((at, i) => (f64[at] = values[i] ?? 0));
  }

  override dispose(): void {
    for (const tensor of this.#memory.held) tensor.dispose();
  }
}
