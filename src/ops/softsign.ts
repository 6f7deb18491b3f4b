import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { leakyRelu, leakyReluDerivative } from './leakyRelu.js';
import { mul } from './mul.js';
import { defineDerivative, type ActivationDerivative } from './support/activation.js';
import { tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    softsign: [];
  }
}

/** direction / (1 + |x|)^2. */
export const softsignDerivative: ActivationDerivative<[]> = defineDerivative({
  gradient: kernels.softsignGradient,
  reads: 'x',
  // -2 sign(x) / (1 + |x|)^3. A leaky ReLU of slope -1 is |x|, and multiplies by sign(x) in its derivative; abs and sign
  // themselves have kernels that a page which trains need not load.
  curvature: (direction, x) => {
    const cubic = div(softsignDerivative.along(direction, x), add(leakyRelu(x, -1), 1));
    return leakyReluDerivative.along(mul(cubic, -2), x, -1);
  },
});

const softsignOp = tabled('softsign', kernels.softsignMap);

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
export function softsign(x: Operand): Tensor {
  return unary(softsignOp, x);
}
