import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkDType, withOperands, type Operand } from './support/operands.js';

const signOp: Op<undefined> = {
  name: 'sign',
  infer: (inputs) => [{ shape: checkDType('sign', only(inputs), 'f32').shape, dtype: 'f32' }],
  forward: (inputs, outputs) => {
    const x = only(inputs);
    call(kernels.signMap, x.pointer(), only(outputs).pointer(), 0, x.size);
  },
  rules: 'nonDifferentiable', // piecewise constant, so the derivative is 0
};

/**
 * -1, 0 or 1 by the sign of x; NaN stays NaN. Its derivative is 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sign, tensor } from 'wasmgrad';
 * await init();
 * console.log(sign(tensor([-3, 0, 2])).toArray()); // [-1, 0, 1]
 * ```
 */
export function sign(x: Operand): Tensor {
  return withOperands('sign', [x], (operands) => applyOne(signOp, operands, undefined));
}
