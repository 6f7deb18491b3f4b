import { finiteNumber, show } from '../core/checks.js';
import { DisposedError, DTypeError, refuse, ShapeError } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { detach } from '../tensors/scope.js';
import { Storage } from '../tensors/storage.js';
import { Tensor } from '../tensors/tensor.js';
import { clipGradients, CLIP_CELLS } from './clip.js';
import type { OptimizerState, Schedule } from './optimizer.js';
import type { Clip, Rule } from './rule.js';

/** A tensor of one value, filled at once: no recording may hand its memory to another. */
function constant(shape: Shape, value: number): Tensor {
  const tensor = detach(new Tensor(Storage.constant(4 * sizeOf(shape)), shape, 'f32'));
  const start = tensor.address / 4;
  runtime().heap.f32.fill(value, start, start + tensor.size);
  return tensor;
}

function checkFloats(where: string, what: string, tensors: readonly Tensor[]): void {
  for (const [i, tensor] of tensors.entries()) {
    tensor.assertAlive(where);
    if (tensor.dtype !== 'f32') refuse(DTypeError, where, `${what} of dtype f32`, `${tensor.dtype} at position ${i}`);
  }
}

/** Steps between two turns at which slots are rid of subnormal numbers: too few for a mean to decay into them. */
const FLUSH_STEPS = 32;

/** What a state holds in linear memory. */
interface Memory {
  /** f64: the learning rate, the rule's hyperparameters, and whether it is time to flush the slots. */
  readonly cells: Tensor;
  readonly clipCells: Tensor | undefined;
  readonly slots: readonly (readonly Tensor[])[];
}

/** The state common to all rules: slots, and the hyperparameters as cells that recorded kernels read. */
export function createState(
  rule: Rule,
  learningRate: number | Schedule,
  clip: Clip,
  given: readonly Tensor[],
): OptimizerState {
  const { name: where, hyper, evolving = hyper.length + 1 } = rule;
  const parameters = [...given];
  const turn = hyper.length + 1;
  checkFloats(where, 'parameters', parameters);

  const rateAt = (step: number): number => {
    const rate = typeof learningRate === 'number' ? learningRate : learningRate(step);
    if (typeof rate === 'number' && rate >= 0 && rate < Infinity) return rate;
    refuse(RangeError, where, `the learningRate schedule to give a finite number >= 0 at step ${step}`, show(rate));
  };
  const firstRate = rateAt(0);

  const held: Tensor[] = [];
  const hold = (shape: Shape, value: number): Tensor => {
    const tensor = constant(shape, value);
    held.push(tensor);
    return tensor;
  };
  const dispose = (): void => {
    for (const tensor of held) tensor.dispose();
  };
  let memory: Memory;
  try {
    memory = {
      cells: hold([2 * (turn + 1)], 0),
      clipCells: clip.clipNorm === undefined ? undefined : hold([CLIP_CELLS], 0),
      slots: parameters.map(({ shape }) => rule.slots.map(() => hold(shape, rule.initial ?? 0))),
    };
  } catch (error) {
    dispose(); // memory ran out half-way
    throw error;
  }
  const { cells, clipCells, slots } = memory;

  /** Where in `heap.f64` the cells begin. */
  const start = cells.address / 8;
  runtime().heap.f64.set([firstRate, ...hyper], start);

  const assertAlive = (): void => {
    if (cells.disposed) throw new DisposedError(`${where}: its state was used after dispose()`);
  };

  const checkGradients = (gradients: readonly Tensor[]): void => {
    if (gradients.length !== parameters.length)
      refuse(ShapeError, where, `${parameters.length} gradients, one a parameter`, gradients.length);
    checkFloats(where, 'gradients', gradients);
    for (const [i, { shape }] of parameters.entries()) {
      const got = gradients[i]?.shape ?? [];
      if (!sameShape(shape, got)) refuse(ShapeError, where, `gradient ${i} of shape ${shapeText(shape)}`, got);
    }
    checkFloats(where, 'parameters', parameters);
  };

  return {
    slots,
    layout: { rate: start, turn: start + turn, every: FLUSH_STEPS, scheduled: typeof learningRate === 'function' },
    update(gradients) {
      assertAlive();
      checkGradients(gradients);
      clipGradients(gradients, clip, clipCells);
      const block = cells.pointer();
      rule.advance?.(block);
      for (const [i, parameter] of parameters.entries()) {
        const kept = slots[i] ?? [];
        const slot = (name: string): number => kept[rule.slots.indexOf(name)]?.pointer() ?? 0;
        rule.apply(parameter.pointer(), gradients[i]?.pointer() ?? 0, slot, block, parameter.size);
        for (const tensor of kept) call(kernels.flushTiny, tensor.pointer(), block + 8 * turn, 0, tensor.size);
      }
    },
    prepare(step) {
      assertAlive();
      const { f64 } = runtime().heap; // a view of the cells would have to be made anew for every step
      f64[start + turn] = step % FLUSH_STEPS === FLUSH_STEPS - 1 ? 1 : 0;
      if (typeof learningRate === 'function') f64[start] = rateAt(step);
    },
    cells() {
      assertAlive();
      return runtime().heap.f64.slice(start + evolving, start + turn);
    },
    restore(values) {
      assertAlive();
      if (!(values instanceof Float64Array)) refuse(TypeError, where, 'cells to be a Float64Array', show(values));
      if (values.length !== turn - evolving) refuse(RangeError, where, `${turn - evolving} cells`, values.length);
      for (const value of values) finiteNumber(where, 'cells', value);
      runtime().heap.f64.set(values, start + evolving);
    },
    dispose,
  };
}
