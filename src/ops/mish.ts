import * as kernels from '../runtime/generated/kernels.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { sigmoid } from './sigmoid.js';
import { softplus } from './softplus.js';
import { defineActivation, type ActivationFunction } from './support/activation.js';
import { bounded } from './support/bounded.js';
import { diagonal } from './support/elementwise.js';
import { tanh, tanhDerivative } from './tanh.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    mish: [];
  }
}

/** With t = tanh(log(1 + e^x)) and s = sigmoid(x): direction (t + x t'), t' = (1 - t^2) s. */
export const mishRules = diagonal<[]>((direction, given) => {
  const x = bounded(given, -104, 20); // for larger x, t' is 0 in f32, and Infinity * 0 would be NaN
  const t = tanh(softplus(x));
  return mul(direction, add(t, mul(x, tanhDerivative.along(sigmoid(x), t))));
});

/**
 * x tanh(log(1 + e^x)) (Misra 2020).
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, mish, tensor } from 'wasmgrad';
 * await init();
 * console.log(mish(tensor([-Infinity, 1, 200])).toArray()); // [0, 0.8651, 200]
 * ```
 */
export const mish: ActivationFunction = defineActivation('mish', kernels.mishMap);
