import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { sigmoid, sigmoidDerivative } from './sigmoid.js';
import { defineDerivative } from './support/activation.js';
import { tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    softplus: [];
  }
}

/** direction * sigmoid(x). */
export const softplusDerivative = defineDerivative({
  gradient: kernels.softplusGradient,
  reads: 'x',
  curvature: (direction, x) => sigmoidDerivative.along(direction, sigmoid(x)),
});

const softplusOp = tabled('softplus', kernels.softplusMap);

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
export function softplus(x: Operand): Tensor {
  return unary(softplusOp, x);
}
