import * as kernels from '../runtime/generated/kernels.js';
import { add } from './add.js';
import { div } from './div.js';
import { leakyRelu } from './leakyRelu.js';
import { defineActivation, type ActivationFunction } from './support/activation.js';
import { diagonal } from './support/elementwise.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    softsign: [];
  }
}

/**
 * direction / (1 + |x|)^2. |x| is written as a leaky ReLU of slope -1, because `abs` has kernels that a training page
 * does not need to load.
 */
export const softsignRules = diagonal<[]>((direction, x) => {
  const denominator = add(leakyRelu(x, -1), 1);
  return div(div(direction, denominator), denominator);
});

/**
 * x / (1 + |x|).
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, softsign, tensor } from 'wasmgrad';
 * await init();
 * console.log(softsign(tensor([-Infinity, 1])).toArray()); // [-1, 0.5]
 * ```
 */
export const softsign: ActivationFunction = defineActivation('softsign', kernels.softsignMap);
