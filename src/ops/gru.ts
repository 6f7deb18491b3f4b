import * as kernels from '../runtime/generated/kernels.js';
import { GRU_SAVED } from '../runtime/generated/layout.js';
import { callNamed } from '../runtime/kernels.js';
import { currentFrame } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { dropped, gateOf, type GatedOptions } from './lstm.js';
import { matmul } from './matmul.js';
import { mul } from './mul.js';
import { slice } from './slice.js';
import { sub } from './sub.js';
import { nth } from './support/arguments.js';
import { recurrence } from './support/recurrence.js';
import { layoutOf, pack, type Cell, type RecurrentInputs } from './support/recurrentCell.js';
import { composeRecurrence } from './support/unrolled.js';

/** z h + (1 - z) n */
const mixed = (z: Tensor, h: Tensor, n: Tensor): Tensor => add(mul(z, h), mul(sub(1, z), n));

const cell: Cell<GatedOptions> = {
  name: 'gru',
  gates: 3,
  states: 1,
  saved: GRU_SAVED,
  apart: true,
  step: (p, offset, recurrentKernel, states, { activate, gate, drop }) => {
    const h = nth(states, 0);
    const units = h.shape[1] ?? 0;
    const product = matmul(dropped(h, drop), recurrentKernel);
    const q = offset ? add(product, offset) : product;
    const both = (k: number): Tensor => gate(add(gateOf(p, k, units), gateOf(q, k, units)));
    const n = activate(add(gateOf(p, 2, units), mul(both(1), gateOf(q, 2, units))));
    return [mixed(both(0), h, n)];
  },
  forward: ({ recurrentBias, states, lengths }, kernel, sequences, saved, { batch, steps, units, blocks, packed }) => {
    callNamed(kernels.gruForward, {
      saved: saved?.pointer() ?? 0,
      h: nth(sequences, 0).pointer(),
      kernel: kernel.pointer(),
      packed,
      bias: recurrentBias?.pointer() ?? 0,
      initial: nth(states, 0).pointer(),
      lengths: lengths?.pointer() ?? 0,
      batch,
      steps,
      units,
      end: blocks,
    });
  },
  backward: (
    { inputs: { states, lengths }, transposed, sequences, saved, cotangents, dp, dq, dStates },
    { batch, steps, units, blocks, packed },
  ) => {
    callNamed(kernels.gruBackward, {
      dh: cotangents[0]?.pointer() ?? 0,
      saved: saved?.pointer() ?? 0,
      h: nth(sequences, 0).pointer(),
      initial: nth(states, 0).pointer(),
      transposedKernel: transposed.pointer(),
      packed,
      lengths: lengths?.pointer() ?? 0,
      dp: dp.pointer(),
      dq: dq?.pointer() ?? 0,
      dInitial: nth(dStates, 0).pointer(),
      batch,
      steps,
      units,
      end: blocks,
    });
  },
};

/** Cho et al. 2014: the state is reset before the product. No kernel does this, so it runs step by step. */
const resetBefore: Cell<GatedOptions> = {
  ...cell,
  apart: false,
  step: (p, _, recurrentKernel, states, { activate, gate, drop }) => {
    const h = nth(states, 0);
    const kept = dropped(h, drop);
    const units = h.shape[1] ?? 0;
    const gates = matmul(kept, slice(recurrentKernel, [0, 0], [units, 2 * units]));
    const both = (k: number): Tensor => gate(add(gateOf(p, k, units), gateOf(gates, k, units)));
    const candidate = slice(recurrentKernel, [0, 2 * units], [units, units]);
    const n = activate(add(gateOf(p, 2, units), matmul(mul(both(1), kept), candidate)));
    return [mixed(both(0), h, n)];
  },
};

const fused = recurrence(cell);

export interface GruOptions extends GatedOptions {
  /** Whether the reset gate acts after the product with the recurrent kernel. */
  readonly resetAfter: boolean;
}

/** Gated recurrent unit, gates z, r, h: the states [B, T, u], 0 past a length. */
export function gru(inputs: RecurrentInputs, options: GruOptions): Tensor {
  if (options.resetAfter && options.usual) return nth(fused(inputs, options), 0);
  const run = (): Tensor[] => composeRecurrence(options.resetAfter ? cell : resetBefore, inputs, options);
  const frame = options.usual ? currentFrame() : undefined;
  return nth(frame?.whole?.('gruResetBefore', pack(inputs), layoutOf(inputs, options), run) ?? run(), 0);
}
