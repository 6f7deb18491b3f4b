import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import type { Maybe } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { matmul } from './matmul.js';
import { mul } from './mul.js';
import { nth } from './support/arguments.js';
import { fusedArguments, type FusedActivation } from './support/fusedActivation.js';
import { recurrence } from './support/recurrence.js';
import type { Cell, RecurrentInputs } from './support/recurrentCell.js';
import { composeRecurrence } from './support/unrolled.js';

export interface SimpleRnnOptions {
  /** The activation, if kernels can apply it. */
  readonly fused: FusedActivation | undefined;
  /** The activation as a function. */
  readonly activate: (z: Tensor) => Tensor;
  /** Factors [B, u] of h where it enters the product with R, at every step. Kernels do not have them. */
  readonly drop?: Maybe;
}

const cell: Cell<SimpleRnnOptions> = {
  name: 'simpleRnn',
  gates: 1,
  states: 1,
  saved: 0,
  apart: false,
  step: (p, _, recurrentKernel, [h], { activate, drop }) => [
    activate(h ? add(p, matmul(drop ? mul(h, drop) : h, recurrentKernel)) : p),
  ],
  forward: ({ states, lengths }, kernel, sequences, _, { batch, steps, units, blocks, packed }, options) => {
    callNamed(kernels.simpleRnnForward, {
      h: nth(sequences, 0).pointer(),
      kernel: kernel.pointer(),
      packed,
      initial: nth(states, 0).pointer(),
      lengths: lengths?.pointer() ?? 0,
      batch,
      steps,
      units,
      ...fusedArguments(options.fused),
      end: blocks,
    });
  },
  backward: (
    { inputs, transposed, sequences, cotangents, dp, dStates },
    { batch, steps, units, blocks, packed },
    options,
  ) => {
    callNamed(kernels.simpleRnnBackward, {
      dh: cotangents[0]?.pointer() ?? 0,
      h: nth(sequences, 0).pointer(),
      transposedKernel: transposed.pointer(),
      packed,
      lengths: inputs.lengths?.pointer() ?? 0,
      dp: dp.pointer(),
      dInitial: nth(dStates, 0).pointer(),
      batch,
      steps,
      units,
      ...fusedArguments(options.fused),
      end: blocks,
    });
  },
};

const fusedSimpleRnn = recurrence(cell);

const composed = (inputs: RecurrentInputs, options: SimpleRnnOptions): Tensor[] =>
  composeRecurrence(cell, inputs, options);

/**
 * h_t = f(x_t W + b + h_{t-1} R) for all steps: the states [B, T, u], 0 past a length. With an activation that kernels
 * can apply, each direction is one kernel; others run step by step.
 */
export function simpleRnn(inputs: RecurrentInputs, options: SimpleRnnOptions): Tensor {
  return nth((options.fused && !options.drop ? fusedSimpleRnn : composed)(inputs, options), 0);
}
