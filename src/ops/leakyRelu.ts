import { finiteNumber } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { defineDerivative, parametric } from './support/activation.js';
import { tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    leakyRelu: [slope: number];
  }
}

/** direction where v > 0, else slope * direction; v is the input of `leakyRelu`, or its output when slope >= 0. */
export const leakyReluDerivative = defineDerivative({
  name: 'leakyRelu',
  gradient: kernels.leakyReluGradient,
  reads: 'x',
});

const leakyReluOp = tabled('leakyRelu', kernels.leakyReluMap);

/**
 * x where x > 0, else slope * x. Its derivative at 0 is the slope.
 *
 * @param slope default 0.2, as Keras
 * @throws DTypeError, DisposedError, TypeError or RangeError for the slope
 * @example
 * ```ts
 * import { init, leakyRelu, tensor } from 'wasmgrad';
 * await init();
 * console.log(leakyRelu(tensor([-2, 2]), 0.5).toArray()); // [-1, 2]
 * ```
 */
export function leakyRelu(x: Operand, slope = 0.2): Tensor {
  finiteNumber('leakyRelu', 'slope', slope);
  return unary(leakyReluOp, x, slope);
}

export const leakyReluActivation = parametric(leakyRelu, 'slope', 0.2, finiteNumber);
