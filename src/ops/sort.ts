import { checkAxis } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { sortedPositions } from './argsort.js';
import { composing } from './support/composing.js';
import { checkDType, checkTensor } from './support/operands.js';
import { take } from './takeAlongAxis.js';

/**
 * The elements of x in ascending order along an axis; NaN comes last. The derivative follows each element to its new place;
 * equal elements keep their order.
 *
 * @param x f32 with at least one axis
 * @param axis default -1
 * @throws RangeError for an axis out of range; DTypeError
 * @example
 * ```ts
 * import { init, sort, tensor } from 'wasmgrad';
 * await init();
 * console.log(sort(tensor([3, 1, 2])).toArray()); // [1, 2, 3]
 * ```
 */
export function sort(x: Tensor, axis = -1): Tensor {
  checkDType('sort', checkTensor('sort', x), 'f32');
  const at = checkAxis('sort', axis, x.shape.length);
  return composing('sort', () => take(x, sortedPositions(x, at, false), at));
}
