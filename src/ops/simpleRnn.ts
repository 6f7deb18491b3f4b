import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
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
    callNamed(kernels.simpleRnnForward, {
      h: nth(sequences, 0).pointer(),
      kernel: recurrentKernel.pointer(),
      initial: nth(states, 0).pointer(),
      lengths: lengths?.pointer() ?? 0,
      batch,
      steps,
      units,
      activation: fused.indexOf(options.activation),
      slope: options.slope,
      end: blocks,
    });
  },
  backward: ({ inputs, transposed, sequences, cotangents, dp, dStates }, { batch, steps, units, blocks }, options) => {
    callNamed(kernels.simpleRnnBackward, {
      dh: cotangents[0]?.pointer() ?? 0,
      h: nth(sequences, 0).pointer(),
      transposedKernel: transposed.pointer(),
      lengths: inputs.lengths?.pointer() ?? 0,
      dp: dp.pointer(),
      dInitial: nth(dStates, 0).pointer(),
      batch,
      steps,
      units,
      activation: fused.indexOf(options.activation),
      slope: options.slope,
      end: blocks,
    });
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
