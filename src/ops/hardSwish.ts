import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { reluDerivative } from './relu.js';
import { sub } from './sub.js';
import { defineDerivative } from './support/activation.js';
import { tabled, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    hardSwish: [];
  }
}

export const hardSwishDerivative = defineDerivative({
  gradient: kernels.hardSwishGradient,
  reads: 'x',
  // 1/3 between the kinks.
  curvature: (direction, x) =>
    reluDerivative.along(reluDerivative.along(mul(direction, 1 / 3), add(x, 3)), sub(3, x)),
});

const hardSwishOp = tabled('hardSwish', kernels.hardSwishMap);

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
export function hardSwish(x: Operand): Tensor {
  return unary(hardSwishOp, x);
}
