import { onBehalfOf } from '../core/errors.js';
import { checkAxes } from '../core/shapes.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { slice } from './slice.js';
import { checkTensor } from './support/operands.js';

/**
 * x with the order of elements reversed along axes.
 *
 * @param x f32 or i32
 * @param axis one axis or several. Default: all.
 * @throws RangeError for an axis out of range
 * @example
 * ```ts
 * import { flip, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(flip(tensor([[1, 2], [3, 4]]), 1).toArray()); // [[2, 1], [4, 3]]
 * ```
 */
export function flip<D extends DType>(x: Tensor<D>, axis?: number | readonly number[]): Tensor<D> {
  const { shape } = checkTensor('flip', x);
  const axes = checkAxes('flip', axis, shape.length);
  const begin = shape.map((size, i) => (axes.includes(i) ? Math.max(0, size - 1) : 0));
  const strides = shape.map((_, i) => (axes.includes(i) ? -1 : 1));
  return onBehalfOf('flip', () => slice(x, begin, shape, strides));
}
