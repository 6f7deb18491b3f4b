import * as kernels from '../runtime/generated/kernels.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { sigmoid } from './sigmoid.js';
import { softplus } from './softplus.js';
import { sub } from './sub.js';
import { defineActivation, defineDerivative, type ActivationFunction } from './support/activation.js';
import { tanh, tanhDerivative } from './tanh.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    mish: [];
  }
}

export const mishDerivative = defineDerivative({
  gradient: kernels.mishGradient,
  reads: 'x',
  // With t = tanh(softplus(x)) and s = sigmoid(x): t' = (1 - t^2) s, mish'' = t' (2 + x (1 - s - 2 t s)).
  curvature: (direction, x) => {
    const [t, s] = [tanh(softplus(x)), sigmoid(x)];
    const bend = sub(1, mul(s, add(mul(t, 2), 1)));
    return mul(tanhDerivative.along(mul(direction, s), t), add(mul(x, bend), 2));
  },
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
