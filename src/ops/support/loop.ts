// A loop in a program: the records of a body, run for every step by one record.
import { onBehalfOf } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';
import type { Body } from '../../autodiff/body.js';
import type { SameTypeOp, Tensors } from '../../autodiff/op.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { call } from '../../runtime/kernels.js';
import { activeRecorder, record, type Recorder } from '../../runtime/recorder.js';
import { recordSection } from '../../runtime/section.js';
import { copyInto, copyOf } from '../../tensors/copying.js';
import { scoped } from '../../tensors/scope.js';
import { Tensor, type DType } from '../../tensors/tensor.js';

/** Shape and element type of what a step returns. */
export interface Result {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A loop: its inputs are constants, the carry and stacked entries; its outputs the last carry and stacked results. */
export interface Loop {
  readonly body: Body;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  /** From the last entry to the first. */
  readonly reverse: boolean;
  /** What a step returns after the carry. */
  readonly results: readonly Result[];
  /** Whether the carry before each step is an output, too, after the results: derivatives need it. */
  readonly saves: boolean;
}

/** A list in parts of the given lengths; the last part has the rest. */
export function partsOf<T>(list: readonly T[], ...lengths: readonly number[]): (readonly T[])[] {
  let at = 0;
  const parts = lengths.map((length) => list.slice(at, (at += length)));
  return [...parts, list.slice(at)];
}

/** Writes the new carry over the old one, part by part: what shares memory with another part is copied before. */
function replaceCarry(from: Tensors, to: Tensors): void {
  const old = to.map((value) => value.pointer());
  const safe = from.map((value, i) => {
    const at = old.indexOf(value.pointer());
    return at >= 0 && at !== i && value.size > 0 ? copyOf(value) : value;
  });
  safe.forEach((value, i) => {
    const target = to[i];
    if (target && value.pointer() !== target.pointer()) copyInto(value, target);
  });
}

/** The calls of one step. */
function step(inputs: Tensors, outputs: Tensors, { body, constants, carry }: Loop, counter: Tensor<'i32'>): void {
  const [fixed = [], , entries = []] = partsOf(inputs, constants, carry);
  const [state = [], stacks = []] = partsOf(outputs, carry);
  const current = entries.map((stack) => {
    const entry = Tensor.allocate(stack.shape.slice(1), stack.dtype, 'scan');
    call(kernels.takeStep, stack.pointer(), entry.pointer(), counter.pointer(), 4 * entry.size);
    return entry;
  });
  const [next = [], results = []] = partsOf(body.run([...fixed, ...state, ...current]), carry);
  results.forEach((result, i) => {
    const stack = stacks[i];
    if (stack) call(kernels.putStep, result.pointer(), stack.pointer(), counter.pointer(), 4 * result.size);
  });
  replaceCarry(next, state);
}

function recordLoop(recorder: Recorder, inputs: Tensors, outputs: Tensors, loop: Loop): void {
  const [, begin = []] = partsOf(inputs, loop.constants, loop.carry);
  begin.forEach((value, i) => {
    const target = outputs[i];
    if (target) copyInto(value, target);
  });
  const counter = Tensor.allocate([1], 'i32', 'scan');
  const { pointer, end } = recordSection(recorder, () => {
    scoped(() => {
      step(inputs, outputs, loop, counter);
    });
  });
  call(kernels.repeatSteps, pointer, end, counter.pointer(), loop.length, Number(loop.reverse));
  counter.dispose();
}

export const loopForward: NonNullable<SameTypeOp<Loop>['forward']> = (inputs, outputs, loop) =>
  onBehalfOf('scan', () => {
    const recorder = activeRecorder();
    if (recorder) {
      recordLoop(recorder, inputs, outputs, loop);
      return;
    }
    const { program } = record((made) => {
      recordLoop(made, inputs, outputs, loop);
    });
    try {
      program.run();
    } finally {
      program.dispose();
    }
  });

/** Shapes of the outputs. */
export const loopOutputs = (inputs: Tensors, { constants, carry, length, results }: Loop): readonly Result[] => [
  ...inputs.slice(constants, constants + carry).map(({ shape, dtype }) => ({ shape, dtype })),
  ...results.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype })),
];
