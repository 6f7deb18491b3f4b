import type { Op, Tensors } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { nth } from './support/arguments.js';
import { comparison } from './support/comparing.js';
import { binary, forwardBroadcast } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const variants = { f32: kernels.greaterEqualBroadcast, i32: kernels.greaterEqualI32 } as const;
const forward = forwardBroadcast(variants);

const lessEqualOp: Op<undefined, Tensors> = {
  ...comparison('lessEqual', variants),
  // a <= b is b >= a
  forward: (inputs, outputs) => {
    forward([nth(inputs, 1), nth(inputs, 0)], outputs);
  },
};

/**
 * 1 where a <= b, else 0, as f32; broadcast. Comparisons with NaN give 0. Its derivative is 0.
 *
 * @throws ShapeError, DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { init, lessEqual, tensor } from 'wasmgrad';
 * await init();
 * console.log(lessEqual(tensor([1, 2, 3]), 2).toArray()); // [1, 1, 0]
 * ```
 */
export function lessEqual<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor {
  return binary(lessEqualOp, a, b);
}
