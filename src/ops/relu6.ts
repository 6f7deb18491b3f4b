import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { reluDerivative } from './relu.js';
import { sub } from './sub.js';
import { diagonal, tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    relu6: [lower: number, upper: number];
  }
}

/** The direction where 0 < y < 6, else 0. */
export const relu6Rules = diagonal<[lower: number, upper: number]>(
  (direction, _, y, __, upper) => reluDerivative.along(reluDerivative.along(direction, y), sub(upper, y)),
  'y',
);

const relu6Op = tabled('relu6', kernels.clipMap);

/**
 * min(max(x, 0), 6); NaN stays NaN. Its derivative is 0 at 0 and at 6.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, relu6, tensor } from 'wasmgrad';
 * await init();
 * console.log(relu6(tensor([-1, 2, 7])).toArray()); // [0, 2, 6]
 * ```
 */
export function relu6(x: Operand): Tensor {
  return unary(relu6Op, x, 0, 6);
}
