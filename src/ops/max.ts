import type { DType, Tensor } from '../tensors/tensor.js';
import { extremumReduction } from './support/extremumReduction.js';
import type { ReduceOptions } from './support/reduction.js';

const reduce = extremumReduction('max');

/**
 * The largest element over axes; NaN if any element is NaN. Equal maxima share the derivative equally.
 *
 * @param x f32 or i32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws ShapeError when there are no elements; RangeError for an axis out of range; TypeError for unknown
 *   options.
 * @example
 * ```ts
 * import { init, max, tensor } from 'wasmgrad';
 * await init();
 * console.log(max(tensor([[1, 4], [3, 2]]), { axis: 0 }).toArray()); // [3, 4]
 * ```
 */
export function max<D extends DType = 'f32'>(x: Tensor<D>, options: ReduceOptions = {}): Tensor<D> {
  return reduce(x, options);
}
