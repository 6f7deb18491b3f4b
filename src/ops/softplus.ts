import * as kernels from '../runtime/generated/kernels.js';
import { sigmoid, sigmoidDerivative } from './sigmoid.js';
import { defineActivation, defineDerivative, type ActivationFunction } from './support/activation.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    softplus: [];
  }
}

/** direction * sigmoid(x). */
export const softplusDerivative = defineDerivative({
  name: 'softplus',
  gradient: kernels.softplusGradient,
  reads: 'x',
  curvature: (direction, x) => sigmoidDerivative.along(direction, sigmoid(x)),
});

/**
 * log(1 + e^x), stable for any x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, softplus, tensor } from 'wasmgrad';
 * await init();
 * console.log(softplus(tensor([-200, 200])).toArray()); // [0, 200]
 * ```
 */
export const softplus: ActivationFunction = defineActivation('softplus', kernels.softplusMap);
