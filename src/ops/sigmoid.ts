import * as kernels from '../runtime/generated/kernels.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { defineActivation, defineDerivative, type ActivationFunction } from './support/activation.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    sigmoid: [];
  }
}

/** direction * y (1 - y), from the output y of `sigmoid`. */
export const sigmoidDerivative = defineDerivative({
  name: 'sigmoid',
  gradient: kernels.sigmoidGradient,
  reads: 'y',
  curvature: (direction, y) => mul(direction, sub(1, mul(y, 2))),
});

/**
 * The logistic function 1 / (1 + e^-x), stable for any x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sigmoid, tensor } from 'wasmgrad';
 * await init();
 * console.log(sigmoid(tensor([0, 200])).toArray()); // [0.5, 1]
 * ```
 */
export const sigmoid: ActivationFunction = defineActivation('sigmoid', kernels.sigmoidMap);
