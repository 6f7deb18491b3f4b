// Recurrent kernels so large that they are packed into panels before the first step: the bits are those of the plain
// kernel, which a batch with a block of fewer than four sequences still uses.
import { describe, expect, it } from 'vitest';
import { valueAndGrad } from '../../src/ops/differentiation.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { gru } from '../../src/ops/gru.js';
import { lstm } from '../../src/ops/lstm.js';
import { mul } from '../../src/ops/mul.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { simpleRnn } from '../../src/ops/simpleRnn.js';
import { slice } from '../../src/ops/slice.js';
import type { RecurrentInputs } from '../../src/ops/support/recurrentCell.js';
import { fusedActivation } from '../../src/ops/support/fusedActivation.js';
import { tanh } from '../../src/ops/tanh.js';
import { randomNormal, zeros } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';

const [STEPS, FEATURES, BLOCK] = [5, 3, 20];
const usual = { activate: tanh, gate: sigmoid, usual: true };

const cells: readonly [name: string, gates: number, states: number, apply: (inputs: RecurrentInputs) => Tensor[]][] = [
  ['lstm', 4, 2, (inputs) => lstm(inputs, usual)],
  ['gru, reset after', 3, 1, (inputs) => [gru(inputs, { ...usual, resetAfter: true })]],
  ['simpleRnn', 1, 1, (inputs) => [simpleRnn(inputs, { fused: fusedActivation('tanh', 0), activate: tanh })]],
];

/** Bits of the states and of the gradient of x, for the sequences of the first block in a batch of this size. */
function bitsOf(
  apply: (inputs: RecurrentInputs) => Tensor[],
  gates: number,
  states: number,
  units: number,
  batch: number,
) {
  return tidy(() => {
    const all = randomNormal([BLOCK + 4, STEPS, FEATURES], { seed: 1 });
    const kernel = randomNormal([FEATURES, gates * units], { seed: 2, std: 0.3 });
    const recurrentKernel = randomNormal([units, gates * units], { seed: 3, std: 0.1 });
    const initial = Array.from({ length: states }, () => zeros([batch, units]));
    const factors = slice(randomNormal([BLOCK + 4, STEPS, units], { seed: 4 }), [0, 0, 0], [batch, STEPS, units]);
    const weighted = (x: Tensor): Tensor =>
      sumTo(mul(apply({ x, kernel, recurrentKernel, states: initial })[0] ?? x, factors), []);
    const x = slice(all, [0, 0, 0], [batch, STEPS, FEATURES]);
    const [, gradient] = valueAndGrad(weighted)(x);
    const sequences = apply({ x, kernel, recurrentKernel, states: initial });
    return [...sequences, gradient].map((each) =>
      bitPatterns(slice(each, [0, 0, 0], [BLOCK, STEPS, each.shape[2] ?? 0]).data()),
    );
  });
}

describe('panels of the recurrent kernel', () => {
  withRuntime();

  // 72 units: the LSTM's R^T has 288 rows, which the product cuts into two blocks; so have the others' of 264 units.
  for (const [name, gates, states, apply] of cells) {
    for (const units of [72, 264]) {
      it(`${name}, ${units} units: same bits as the kernel as it is`, () => {
        const packed = bitsOf(apply, gates, states, units, BLOCK + 4);
        expect(packed).toEqual(bitsOf(apply, gates, states, units, BLOCK + 3));
        expect(new Set(packed[0]).size).toBeGreaterThan(100);
      });
    }
  }
});
