import * as kernels from '../runtime/generated/kernels.js';
import { mul } from './mul.js';
import { defineActivation, defineDerivative, type ActivationFunction } from './support/activation.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    tanh: [];
  }
}

/** direction * (1 - y^2), from the output y of `tanh`. */
export const tanhDerivative = defineDerivative({
  name: 'tanh',
  gradient: kernels.tanhGradient,
  reads: 'y',
  curvature: (direction, y) => mul(direction, mul(y, -2)),
});

/**
 * The hyperbolic tangent.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, tanh, tensor } from 'wasmgrad';
 * await init();
 * console.log(tanh(tensor([0, 20])).toArray()); // [0, 1]
 * ```
 */
export const tanh: ActivationFunction = defineActivation('tanh', kernels.tanhMap);
