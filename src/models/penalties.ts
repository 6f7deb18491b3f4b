import { add } from '../ops/add.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import type { NetworkWeight, WeightTree } from './network.js';

/**
 * Adds l1 and l2 penalties to the loss cell, one kernel call a weight, and their gradients `l1 sign(theta) + 2 l2 theta` to
 * the gradients, if any.
 */
export function addPenalties(
  weights: readonly NetworkWeight[],
  lossCell: number,
  gradients: readonly Tensor[] = [],
): void {
  weights.forEach(({ regularizer, tensor }, i) => {
    if (typeof regularizer !== 'object') return;
    const { l1, l2 } = regularizer;
    call(kernels.penalty, tensor.pointer(), lossCell, l1, l2, tensor.size);
    const gradient = gradients[i];
    if (gradient) call(kernels.addPenaltyGradient, tensor.pointer(), gradient.pointer(), l1, l2, 0, tensor.size);
  });
}

/** The loss with the penalties that are functions of a weight, to be differentiated with it. */
export function withCustomPenalties(loss: Tensor, weights: readonly NetworkWeight[], values: WeightTree): Tensor {
  let total: Tensor | undefined;
  for (const { name, regularizer } of weights) {
    const value = values[name];
    if (typeof regularizer !== 'function' || !value) continue;
    const penalty = regularizer(value);
    total = total ? add(total, penalty) : penalty;
  }
  return total ? add(loss, total) : loss;
}
