import { add } from '../ops/add.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import type { NetworkWeight, WeightTree } from './network.js';

/** Adds l1 and l2 penalties to the loss cell, one kernel call a weight. */
export function addPenalties(weights: readonly NetworkWeight[], lossCell: number): void {
  for (const { regularizer, tensor } of weights) {
    if (typeof regularizer !== 'object') continue;
    call(kernels.penalty, tensor.pointer(), lossCell, regularizer.l1, regularizer.l2, tensor.size);
  }
}

/** Adds l1 and l2 penalties to the loss cell and their gradients `l1 sign(theta) + 2 l2 theta` to the gradients. */
export function applyPenalties(
  weights: readonly NetworkWeight[],
  gradients: readonly Tensor[],
  lossCell: number,
): void {
  addPenalties(weights, lossCell);
  weights.forEach(({ regularizer, tensor }, i) => {
    const gradient = gradients[i];
    if (typeof regularizer !== 'object' || !gradient) return;
    call(
      kernels.addPenaltyGradient,
      tensor.pointer(),
      gradient.pointer(),
      regularizer.l1,
      regularizer.l2,
      0,
      tensor.size,
    );
  });
}

/** The sum of penalties that are functions of a weight, to be differentiated with the loss. */
export function customPenalties(weights: readonly NetworkWeight[], values: WeightTree): Tensor | undefined {
  let total: Tensor | undefined;
  for (const { name, regularizer } of weights) {
    const value = values[name];
    if (typeof regularizer !== 'function' || !value) continue;
    const penalty = regularizer(value);
    total = total ? add(total, penalty) : penalty;
  }
  return total;
}
