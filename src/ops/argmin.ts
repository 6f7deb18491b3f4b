import { refuse, ShapeError } from '../core/errors.js';
import { checkAxis } from '../core/shapes.js';
import { applyOne } from '../autodiff/op.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { argmaxOp } from './argmax.js';
import { neg } from './neg.js';
import { composing } from './support/composing.js';
import { firstInOrder } from './support/firstInOrder.js';
import { checkDType, checkTensor } from './support/operands.js';

/**
 * Index of the smallest element along an axis, the first one at ties; NaN counts as smallest (NumPy).
 *
 * @param x f32 or i32
 * @param axis default: the index into the flat array
 * @returns i32, without that axis
 * @throws ShapeError for an empty axis; RangeError, TypeError
 * @example
 * ```ts
 * import { argmin, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(argmin(tensor([[1, 3, 2], [9, 0, 9]]), 1).toArray()); // [0, 1]
 * ```
 */
export function argmin(x: Tensor<DType>, axis?: number): Tensor<'i32'> {
  // The checks of argmax again: shared, they would make every page that trains larger.
  checkTensor('argmin', x);
  const at = axis === undefined ? undefined : checkAxis('argmin', axis, x.shape.length);
  if ((at === undefined ? x.size : x.shape[at]) === 0) {
    refuse(ShapeError, 'argmin', 'at least one element to choose from', x.shape);
  }
  return composing('argmin', () =>
    hasDType(x, 'i32') ? firstInOrder(x, at, false) : applyOne(argmaxOp, [neg(checkDType('argmin', x, 'f32'))], at),
  );
}
