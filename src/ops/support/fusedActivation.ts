// Activations that a product applies to its own result while it is in the cache.
import type { Tensor } from '../../tensors/tensor.js';
import { leakyReluDerivative } from '../leakyRelu.js';
import { reluDerivative } from '../relu.js';
import { sigmoidDerivative } from '../sigmoid.js';
import { tanhDerivative } from '../tanh.js';

/** Activations whose derivative follows from their value, in the order of the kernels' numbers (assembly/gemm/finish.ts). */
export const activations = ['linear', 'relu', 'sigmoid', 'tanh', 'leakyRelu'] as const;

export type AffineActivation = (typeof activations)[number];

/** An activation as the last step of a product. */
export interface FusedActivation {
  readonly activation: AffineActivation;
  /** Of leakyRelu below zero. */
  readonly slope: number;
}

/** The activation as a kernel takes it along, given its parameter; `undefined` for those that no kernel takes along. */
export function fusedActivation(name: string, parameter: unknown): FusedActivation | undefined {
  const activation = activations.find((each) => each === name);
  const slope = typeof parameter === 'number' ? parameter : 0;
  return activation && slope >= 0 ? { activation, slope } : undefined;
}

/** direction * f'(z), from y = f(z); the same for cotangents and tangents. */
export function throughActivation(direction: Tensor, y: Tensor, { activation, slope }: FusedActivation): Tensor {
  switch (activation) {
    case 'linear':
      return direction;
    case 'relu':
      return reluDerivative.along(direction, y);
    case 'sigmoid':
      return sigmoidDerivative.along(direction, y);
    case 'tanh':
      return tanhDerivative.along(direction, y);
    case 'leakyRelu':
      return leakyReluDerivative.along(direction, y, slope); // y and z have one sign, since slope >= 0
  }
}
