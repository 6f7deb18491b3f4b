// Activations that a product applies to its own result while it is in the cache.
import {
  FUSED_LEAKY_RELU,
  FUSED_LINEAR,
  FUSED_RELU,
  FUSED_SIGMOID,
  FUSED_TANH,
} from '../../runtime/generated/layout.js';
import type { Tensor } from '../../tensors/tensor.js';
import { leakyReluDerivative } from '../leakyRelu.js';
import { reluDerivative } from '../relu.js';
import { sigmoidDerivative } from '../sigmoid.js';
import { tanhDerivative } from '../tanh.js';

const CODES = {
  linear: FUSED_LINEAR,
  relu: FUSED_RELU,
  sigmoid: FUSED_SIGMOID,
  tanh: FUSED_TANH,
  leakyRelu: FUSED_LEAKY_RELU,
} as const;

export type AffineActivation = keyof typeof CODES;

const isFused = (name: string): name is AffineActivation => Object.hasOwn(CODES, name);

/** Activations that kernels apply to a product. Their derivatives follow from their values. */
export const fusedActivations = Object.keys(CODES).filter(isFused);

/** An activation as the last step of a product. */
export interface FusedActivation {
  readonly activation: AffineActivation;
  /** Of leakyRelu below zero. */
  readonly slope: number;
}

/** The activation of this name and parameter if kernels can apply it to a product, else `undefined`. */
export function fusedActivation(name: string, parameter: unknown): FusedActivation | undefined {
  const slope = typeof parameter === 'number' ? parameter : 0;
  return isFused(name) && slope >= 0 ? { activation: name, slope } : undefined;
}

/** The activation as arguments of a kernel; without one it is `linear`. */
export function fusedArguments(fused: FusedActivation | undefined): { activation: number; slope: number } {
  return { activation: CODES[fused?.activation ?? 'linear'], slope: fused?.slope ?? 0 };
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
