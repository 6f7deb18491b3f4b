import { refuse, ShapeError } from '../core/errors.js';
import { checkAxis, sameShape, shapeText } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { scatter } from './gather.js';
import { composing } from './support/composing.js';
import { checkIndices } from './support/indices.js';
import { checkDType, checkTensor } from './support/operands.js';

/**
 * x plus entries added at positions along an axis; several at the same position are all added. The updates have the shape of
 * `gather(x, indices, axis)`.
 *
 * @param x f32 [..., n, ...]
 * @param indices i32, any shape, each 0..n-1
 * @param updates f32; the axes of `indices` replace the axis of x
 * @param axis default 0
 * @throws ShapeError; RangeError for an axis or index out of range (while a program is recorded indices are not known; then
 *   such updates are ignored); DTypeError
 * @example
 * ```ts
 * import { init, scatterAdd, tensor, zeros } from 'wasmgrad';
 * await init();
 * const indices = tensor([2, 0, 2], [3], 'i32');
 * console.log(scatterAdd(zeros([3]), indices, tensor([1, 2, 3])).toArray()); // [2, 0, 4]
 * ```
 */
export function scatterAdd(x: Tensor, indices: Tensor<'i32'>, updates: Tensor, axis = 0): Tensor {
  const { shape } = checkDType('scatterAdd', checkTensor('scatterAdd', x), 'f32');
  checkDType('scatterAdd', checkTensor('scatterAdd', updates), 'f32');
  const at = checkAxis('scatterAdd', axis, shape.length);
  const checked = checkIndices('scatterAdd', indices, shape[at] ?? 0);
  const expected = [...shape.slice(0, at), ...checked.shape, ...shape.slice(at + 1)];
  if (!sameShape(updates.shape, expected)) {
    refuse(ShapeError, 'scatterAdd', `updates of shape ${shapeText(expected)}`, updates.shape);
  }
  return composing('scatterAdd', () => add(x, scatter(updates, checked, { shape, axis: at })));
}
