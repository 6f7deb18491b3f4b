import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { defineDerivative } from './support/activation.js';
import { tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    tanh: [];
  }
}

/** direction * (1 - y^2), from the output y of `tanh`. */
export const tanhDerivative = defineDerivative({
  gradient: kernels.tanhGradient,
  reads: 'y',
  curvature: (direction, y) => mul(direction, mul(y, -2)),
});

const tanhOp = tabled('tanh', kernels.tanhMap);

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
export function tanh(x: Operand): Tensor {
  return unary(tanhOp, x);
}
