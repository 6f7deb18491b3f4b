import * as kernels from '../runtime/generated/kernels.js';
import { LSTM_SAVED } from '../runtime/generated/layout.js';
import { callNamed } from '../runtime/kernels.js';
import type { Maybe } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { matmul } from './matmul.js';
import { mul } from './mul.js';
import { slice } from './slice.js';
import { nth } from './support/arguments.js';
import { recurrence } from './support/recurrence.js';
import type { Cell, RecurrentInputs } from './support/recurrentCell.js';
import { composeRecurrence } from './support/unrolled.js';

/** The activations as functions. */
export interface GatedOptions {
  /** Of the candidate and of the output. The kernels have tanh. */
  readonly activate: (z: Tensor) => Tensor;
  /** Of the gates. The kernels have sigmoid. */
  readonly gate: (z: Tensor) => Tensor;
  /** Whether they are tanh and sigmoid and no state is dropped, so that kernels can be used. */
  readonly usual: boolean;
  /** Factors [B, u] of h where it enters the product with R, at every step. */
  readonly drop?: Maybe;
}

/** h as it enters the product with R. */
export const dropped = (h: Tensor, drop: Maybe): Tensor => (drop ? mul(h, drop) : h);

/** Columns of gate k. */
export function gateOf(z: Tensor, k: number, units: number): Tensor {
  return slice(z, [0, k * units], [z.shape[0] ?? 0, units]);
}

const cell: Cell<GatedOptions> = {
  name: 'lstm',
  gates: 4,
  states: 2,
  saved: LSTM_SAVED,
  apart: false,
  step: (p, _, recurrentKernel, states, { activate, gate, drop }) => {
    const [h, c] = [nth(states, 0), nth(states, 1)];
    const units = h.shape[1] ?? 0;
    const z = add(p, matmul(dropped(h, drop), recurrentKernel));
    const [i, f, o] = [0, 1, 3].map((k) => gate(gateOf(z, k, units)));
    if (!i || !f || !o) return states;
    const next = add(mul(f, c), mul(i, activate(gateOf(z, 2, units))));
    return [mul(o, activate(next)), next];
  },
  forward: ({ states, lengths }, kernel, sequences, saved, { batch, steps, units, blocks, packed }) => {
    callNamed(kernels.lstmForward, {
      saved: saved?.pointer() ?? 0,
      h: nth(sequences, 0).pointer(),
      c: nth(sequences, 1).pointer(),
      kernel: kernel.pointer(),
      packed,
      initialH: nth(states, 0).pointer(),
      initialC: nth(states, 1).pointer(),
      lengths: lengths?.pointer() ?? 0,
      batch,
      steps,
      units,
      end: blocks,
    });
  },
  backward: (
    { inputs: { states, lengths }, transposed, sequences, saved, cotangents: [dh, dc], dp, dStates },
    { batch, steps, units, blocks, packed },
  ) => {
    callNamed(kernels.lstmBackward, {
      dh: dh?.pointer() ?? 0,
      dc: dc?.pointer() ?? 0,
      saved: saved?.pointer() ?? 0,
      c: nth(sequences, 1).pointer(),
      initialC: nth(states, 1).pointer(),
      transposedKernel: transposed.pointer(),
      packed,
      lengths: lengths?.pointer() ?? 0,
      dp: dp.pointer(),
      dInitialH: nth(dStates, 0).pointer(),
      dInitialC: nth(dStates, 1).pointer(),
      batch,
      steps,
      units,
      end: blocks,
    });
  },
};

const fused = recurrence(cell);

/** Long short-term memory, gates i, f, c, o: the sequences of h and c, [B, T, u] each, 0 past a length. */
export function lstm(inputs: RecurrentInputs, options: GatedOptions): [h: Tensor, c: Tensor] {
  const sequences = options.usual ? fused(inputs, options) : composeRecurrence(cell, inputs, options);
  return [nth(sequences, 0), nth(sequences, 1)];
}
