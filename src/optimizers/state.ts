import { finiteNumber, show } from '../core/checks.js';
import { DisposedError, DTypeError, ShapeError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { detach } from '../tensors/scope.js';
import { Storage } from '../tensors/storage.js';
import { Tensor } from '../tensors/tensor.js';
import { clipGradients, CLIP_BYTES } from './clip.js';
import type { OptimizerState, Schedule, StateLayout } from './optimizer.js';
import type { Clip, Rule } from './rule.js';

/** A tensor of one value, filled at once: no recording may hand its memory to another. */
function slotLike(parameter: Tensor, value: number): Tensor {
  const storage = Storage.constant(4 * parameter.size);
  const start = storage.pointer / 4;
  runtime().heap.f32.fill(value, start, start + parameter.size);
  return detach(new Tensor(storage, parameter.shape, 'f32'));
}

function checkFloats(where: string, what: string, tensors: readonly Tensor[]): void {
  for (const [i, tensor] of tensors.entries()) {
    tensor.assertAlive(where);
    if (tensor.dtype !== 'f32')
      throw new DTypeError(`${where}: expected ${what} of dtype f32, got ${tensor.dtype} at position ${i}`);
  }
}

/** Steps between two turns at which slots are rid of subnormal numbers: too few for a mean to decay into them. */
const FLUSH_STEPS = 32;

/** The state common to all rules: slots, and the hyperparameters as f64 cells that recorded kernels read. */
export class State implements OptimizerState {
  readonly slots: readonly (readonly Tensor[])[];
  readonly #rule: Rule;
  readonly #clip: Clip;
  readonly #parameters: readonly Tensor[];
  readonly #schedule: Schedule | undefined;
  /** Cell 0 is the learning rate, the rule's hyperparameters follow; the last says whether to flush the slots. */
  readonly #hyper: Storage;
  readonly #clipCells: Storage | undefined;
  #rate: number;
  #disposed = false;

  constructor(rule: Rule, learningRate: number | Schedule, clip: Clip, parameters: readonly Tensor[]) {
    checkFloats(rule.name, 'parameters', parameters);
    this.#rule = rule;
    this.#clip = clip;
    this.#parameters = [...parameters];
    this.#schedule = typeof learningRate === 'function' ? learningRate : undefined;
    this.#rate = typeof learningRate === 'number' ? learningRate : this.#scheduled(0);
    const undo: (() => void)[] = [];
    const block = (bytes: number): Storage => {
      const storage = Storage.constant(bytes);
      undo.push(() => storage.release());
      return storage;
    };
    const slot = (parameter: Tensor): Tensor => {
      const tensor = slotLike(parameter, rule.initial ?? 0);
      undo.push(() => tensor.dispose());
      return tensor;
    };
    try {
      this.#hyper = block(8 * (rule.hyper.length + 2));
      runtime().heap.f64.set([this.#rate, ...rule.hyper, 0], this.#hyper.pointer / 8);
      this.#clipCells = clip.clipNorm === undefined ? undefined : block(CLIP_BYTES);
      this.slots = parameters.map((parameter) => rule.slots.map(() => slot(parameter)));
    } catch (error) {
      for (const free of undo) free(); // memory ran out half-way
      throw error;
    }
  }

  update(gradients: readonly Tensor[]): void {
    this.#assertAlive();
    this.#checkGradients(gradients);
    const { advance, apply, slots } = this.#rule;
    clipGradients(gradients, this.#clip, this.#clipCells);
    const hyper = this.#hyper.use();
    advance?.(hyper);
    for (const [i, parameter] of this.#parameters.entries()) {
      const kept = this.slots[i] ?? [];
      const slot = (name: string): number => kept[slots.indexOf(name)]?.pointer() ?? 0;
      const gradient = gradients[i]?.pointer() ?? 0;
      apply(parameter.pointer(), gradient, slot, hyper, parameter.size);
      const turn = hyper + 8 * (this.#rule.hyper.length + 1);
      for (const tensor of kept) call(kernels.flushTiny, tensor.pointer(), turn, 0, tensor.size);
    }
  }

  prepare(step: number): void {
    this.#assertAlive();
    const { f64 } = runtime().heap;
    const first = this.#hyper.pointer / 8;
    f64[first + this.#rule.hyper.length + 1] = step % FLUSH_STEPS === FLUSH_STEPS - 1 ? 1 : 0;
    if (!this.#schedule) return;
    const rate = this.#scheduled(step);
    if (rate === this.#rate) return;
    this.#rate = rate;
    f64[first] = rate;
  }

  get layout(): StateLayout {
    const rate = this.#hyper.pointer / 8;
    const turn = rate + this.#rule.hyper.length + 1;
    return { rate, turn, every: FLUSH_STEPS, scheduled: this.#schedule !== undefined };
  }

  cells(): Float64Array {
    this.#assertAlive();
    const [begin, end] = this.#evolving();
    return runtime().heap.f64.slice(begin, end);
  }

  restore(cells: Float64Array): void {
    this.#assertAlive();
    const [begin, end] = this.#evolving();
    const where = this.#rule.name;
    if (!(cells instanceof Float64Array))
      throw new TypeError(`${where}: expected cells to be a Float64Array, got ${show(cells)}`);
    if (cells.length !== end - begin)
      throw new RangeError(`${where}: expected ${end - begin} cells, got ${cells.length}`);
    for (const cell of cells) finiteNumber(where, 'cells', cell);
    runtime().heap.f64.set(cells, begin);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const kept of this.slots) for (const tensor of kept) tensor.dispose();
    this.#hyper.release();
    this.#clipCells?.release();
  }

  #assertAlive(): void {
    if (this.#disposed) throw new DisposedError(`${this.#rule.name}: its state was used after dispose()`);
  }

  /** Where in `heap.f64` the evolving cells lie. */
  #evolving(): [begin: number, end: number] {
    const start = this.#hyper.pointer / 8;
    const end = start + this.#rule.hyper.length + 1;
    return [this.#rule.evolving === undefined ? end : start + this.#rule.evolving, end];
  }

  #scheduled(step: number): number {
    const rate = this.#schedule?.(step);
    if (typeof rate === 'number' && rate >= 0 && rate < Infinity) return rate;
    const expected = `expected the learningRate schedule to give a finite number >= 0 at step ${step}`;
    throw new RangeError(`${this.#rule.name}: ${expected}, got ${show(rate)}`);
  }

  #checkGradients(gradients: readonly Tensor[]): void {
    const where = this.#rule.name;
    const expected = this.#parameters.length;
    if (gradients.length !== expected)
      throw new ShapeError(`${where}: expected ${expected} gradients, one a parameter, got ${gradients.length}`);
    checkFloats(where, 'gradients', gradients);
    for (const [i, { shape }] of this.#parameters.entries()) {
      const got = gradients[i]?.shape ?? [];
      if (!sameShape(shape, got))
        throw new ShapeError(`${where}: expected gradient ${i} of shape ${shapeText(shape)}, got ${shapeText(got)}`);
    }
    checkFloats(where, 'parameters', this.#parameters);
  }
}
