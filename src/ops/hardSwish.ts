import * as kernels from '../runtime/generated/kernels.js';
import { mul } from './mul.js';
import { between } from './relu.js';
import { defineActivation, defineDerivative, type ActivationFunction } from './support/activation.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    hardSwish: [];
  }
}

export const hardSwishDerivative = defineDerivative({
  gradient: kernels.hardSwishGradient,
  reads: 'x',
  // 1/3 between the kinks.
  curvature: (direction, x) => between(mul(direction, 1 / 3), x, -3, 3),
});

/**
 * x hardSigmoid(x) = x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). Its derivative is 0 at -3 and 1 at 3.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { hardSwish, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(hardSwish(tensor([-4, 1.5, 4])).toArray()); // [0, 1.125, 4]
 * ```
 */
export const hardSwish: ActivationFunction = defineActivation('hardSwish', kernels.hardSwishMap);
