import { checkAxis } from '../core/shapes.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { isDescending, sortedPositions, type SortOptions } from './argsort.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';
import { take } from './takeAlongAxis.js';

/**
 * The elements of x in ascending order along an axis; NaN comes last. The derivative follows each element to its new place;
 * equal elements keep their order.
 *
 * @param x f32 or i32 with at least one axis
 * @param axis default -1
 * @param options `descending`: default false
 * @throws RangeError for an axis out of range; TypeError
 * @example
 * ```ts
 * import { init, sort, tensor } from 'wasmgrad';
 * await init();
 * console.log(sort(tensor([3, 1, 2])).toArray()); // [1, 2, 3]
 * ```
 */
export function sort<D extends DType>(x: Tensor<D>, axis = -1, options: SortOptions = {}): Tensor<D> {
  checkTensor('sort', x);
  const at = checkAxis('sort', axis, x.shape.length);
  const descending = isDescending('sort', options);
  return composing('sort', () => take(x, sortedPositions(x, at, descending), at));
}
