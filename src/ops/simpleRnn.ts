import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { matmul } from './matmul.js';
import { nth } from './support/arguments.js';
import { recurrence } from './support/recurrence.js';
import type { Cell, RecurrentInputs } from './support/recurrentCell.js';
import { composeRecurrence } from './support/unrolled.js';

/** Activations the kernels know, in the order of their numbers. */
const fused = ['linear', 'relu', 'sigmoid', 'tanh', 'leakyRelu'];

export interface SimpleRnnOptions {
  /** Name of the activation, for the kernels. */
  readonly activation: string;
  readonly slope: number;
  /** The activation as a function. */
  readonly activate: (z: Tensor) => Tensor;
}

const cell: Cell<SimpleRnnOptions> = {
  name: 'simpleRnn',
  gates: 1,
  states: 1,
  saved: 0,
  apart: false,
  step: (p, _, recurrentKernel, [h], { activate }) => [activate(h ? add(p, matmul(h, recurrentKernel)) : p)],
  forward: ({ recurrentKernel, states, lengths }, sequences, _, { batch, steps, units, blocks }, options) => {
    call(
      kernels.simpleRnnForward,
      nth(sequences, 0).pointer(),
      recurrentKernel.pointer(),
      nth(states, 0).pointer(),
      lengths?.pointer() ?? 0,
      batch,
      steps,
      units,
      fused.indexOf(options.activation),
      options.slope,
      0,
      blocks,
    );
  },
  backward: ({ inputs, transposed, sequences, cotangents, dp, dStates }, { batch, steps, units, blocks }, options) => {
    call(
      kernels.simpleRnnBackward,
      cotangents[0]?.pointer() ?? 0,
      nth(sequences, 0).pointer(),
      transposed.pointer(),
      inputs.lengths?.pointer() ?? 0,
      dp.pointer(),
      nth(dStates, 0).pointer(),
      batch,
      steps,
      units,
      fused.indexOf(options.activation),
      options.slope,
      0,
      blocks,
    );
  },
};

const fusedSimpleRnn = recurrence(cell);

const composed = (inputs: RecurrentInputs, options: SimpleRnnOptions): Tensor[] =>
  composeRecurrence(cell, inputs, options);

/**
 * h_t = f(x_t W + b + h_{t-1} R) for all steps: the states [B, T, u], 0 past a length. Activations whose derivative
 * follows from their value run in one kernel each way, all others step by step.
 */
export function simpleRnn(inputs: RecurrentInputs, options: SimpleRnnOptions): Tensor {
  const known = fused.includes(options.activation) && options.slope >= 0;
  return nth((known ? fusedSimpleRnn : composed)(inputs, options), 0);
}
