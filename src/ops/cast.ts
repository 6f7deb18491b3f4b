import { oneOf } from '../core/checks.js';
import { identity } from '../autodiff/linear.js';
import { applyOne, type Op, type Tensors } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkDType, checkTensor } from './support/operands.js';

const castOp: Op<DType, Tensors, DType> = {
  name: 'cast',
  infer: (inputs, dtype) => [{ shape: only(inputs).shape, dtype }],
  forward: (inputs, outputs, dtype) => {
    const [x, y] = [only(inputs), only(outputs)];
    call(dtype === 'i32' ? kernels.castF32ToI32 : kernels.castI32ToF32, x.pointer(), y.pointer(), 0, y.size);
  },
  rules: 'nonDifferentiable', // integers have no derivative
};

/**
 * x with another element type. f32 to i32 truncates, saturates at 32 bits and turns NaN into 0; no gradient passes
 * between the types. The same type gives a second handle of the same value.
 *
 * @throws TypeError or RangeError for another dtype, DisposedError
 * @example
 * ```ts
 * import { cast, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cast(tensor([1.7, -1.7]), 'i32').toArray()); // [1, -1]
 * ```
 */
export function cast<D extends DType>(x: Tensor<DType>, dtype: D): Tensor<D> {
  checkTensor('cast', x);
  oneOf('cast', 'dtype', dtype, ['f32', 'i32']);
  return hasDType(x, dtype) ? identity(x) : checkDType('cast', applyOne(castOp, [x], dtype), dtype);
}
