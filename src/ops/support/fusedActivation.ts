// Activations that a product applies to its own result while it is in the cache.
import type { Tensor } from '../../tensors/tensor.js';
import { leakyReluGradient } from '../leakyRelu.js';
import { reluGradient } from '../relu.js';
import { sigmoidGradient } from '../sigmoid.js';
import { tanhGradient } from '../tanh.js';

/** Activations whose derivative follows from their value, in the order of the kernel's numbers. */
export const activations = ['linear', 'relu', 'sigmoid', 'tanh', 'leakyRelu'] as const;

export type AffineActivation = (typeof activations)[number];

/** An activation as the last step of a product. */
export interface FusedActivation {
  readonly activation: AffineActivation;
  /** Of leakyRelu below zero. */
  readonly slope: number;
}

/** direction * f'(z), from y = f(z); the same for cotangents and tangents. */
export function throughActivation(direction: Tensor, y: Tensor, { activation, slope }: FusedActivation): Tensor {
  switch (activation) {
    case 'linear':
      return direction;
    case 'relu':
      return reluGradient(direction, y);
    case 'sigmoid':
      return sigmoidGradient(direction, y);
    case 'tanh':
      return tanhGradient(direction, y);
    case 'leakyRelu':
      return leakyReluGradient(direction, y, slope); // y and z have one sign, since slope >= 0
  }
}
