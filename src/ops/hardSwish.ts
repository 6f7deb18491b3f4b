import * as kernels from '../runtime/generated/kernels.js';
import { add } from './add.js';
import { hardSigmoid } from './hardSigmoid.js';
import { mul } from './mul.js';
import { between } from './relu.js';
import { defineActivation, type ActivationFunction } from './support/activation.js';
import { diagonal } from './support/elementwise.js';
import { scaled } from './support/scaled.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    hardSwish: [];
  }
}

/** With g = hardSigmoid(x): direction (g + x g'), g' = 1/6 between the kinks. */
export const hardSwishRules = diagonal<[]>((direction, x) =>
  add(mul(direction, hardSigmoid(x)), between(mul(direction, scaled(x, 1 / 6)), x, -3, 3)),
);

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
