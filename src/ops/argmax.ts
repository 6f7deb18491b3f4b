import { refuse, ShapeError } from '../core/errors.js';
import { checkAxis, sizeOf } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { composing } from './support/composing.js';
import { firstInOrder } from './support/firstInOrder.js';
import { checkDType, checkTensor } from './support/operands.js';
import { runOf } from './support/reducing.js';

/** Attribute: the axis, or undefined for the flat index. */
export const argmaxOp: Op<number | undefined, readonly Tensor[], 'i32'> = {
  name: 'argmax',
  infer: (inputs, axis) => {
    const { shape } = only(inputs);
    return [{ shape: axis === undefined ? [] : shape.filter((_, i) => i !== axis), dtype: 'i32' }];
  },
  forward: (inputs, outputs, axis) => {
    const [x, y] = [only(inputs), only(outputs)];
    const flat = { outer: 1, length: sizeOf(x.shape), inner: 1 };
    const { outer, length, inner } = axis === undefined ? flat : runOf(x.shape, axis, axis);
    call(kernels.argmaxReduce, x.pointer(), y.pointer(), outer, length, inner, 0, outer * inner);
  },
  rules: 'nonDifferentiable',
};

/**
 * Index of the largest element along an axis, the first one at ties; NaN counts as largest (NumPy).
 *
 * @param x f32 or i32
 * @param axis default: the index into the flat array
 * @returns i32, without that axis
 * @throws ShapeError for an empty axis; RangeError, TypeError
 * @example
 * ```ts
 * import { argmax, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(argmax(tensor([[1, 3, 2], [9, 0, 9]]), 1).toArray()); // [1, 0]
 * ```
 */
export function argmax(x: Tensor<DType>, axis?: number): Tensor<'i32'> {
  checkTensor('argmax', x);
  const at = axis === undefined ? undefined : checkAxis('argmax', axis, x.shape.length);
  if ((at === undefined ? x.size : x.shape[at]) === 0) {
    refuse(ShapeError, 'argmax', 'at least one element to choose from', x.shape);
  }
  if (hasDType(x, 'i32')) return composing('argmax', () => firstInOrder(x, at, true));
  return applyOne(argmaxOp, [checkDType('argmax', x, 'f32')], at);
}
