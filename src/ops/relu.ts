import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { defineDerivative } from './support/activation.js';
import { tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    relu: [];
  }
}

/** direction where v > 0, else 0; v may be the input of `relu` or its output. */
export const reluDerivative = defineDerivative({ gradient: kernels.reluGradient, reads: 'y' });

const reluOp = tabled('relu', kernels.reluMap);

/**
 * max(x, 0); NaN stays NaN. Its derivative is 0 at 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, relu, tensor } from 'wasmgrad';
 * await init();
 * console.log(relu(tensor([-1, 2])).toArray()); // [0, 2]
 * ```
 */
export function relu(x: Operand): Tensor {
  return unary(reluOp, x);
}
