import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { sub } from './sub.js';
import { defineActivation, defineDerivative, type ActivationFunction } from './support/activation.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    relu: [];
  }
}

/** direction where v > 0, else 0; v may be the input of `relu` or its output. */
export const reluDerivative = defineDerivative({ name: 'relu', gradient: kernels.reluGradient, reads: 'y' });

/** direction where lower < v < upper, else 0. */
export function between(direction: Tensor, v: Tensor, lower: number, upper: number): Tensor {
  return reluDerivative.along(reluDerivative.along(direction, sub(v, lower)), sub(upper, v));
}

/**
 * max(x, 0); NaN stays NaN. Its derivative is 0 at 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, relu, tensor } from 'wasmgrad';
 * await init();
 * console.log(relu(tensor([-1, 2])).toArray()); // [0, 2]
 * ```
 */
export const relu: ActivationFunction = defineActivation('relu', kernels.reluMap);
