import { checkAxes, checkShape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { checkTensor } from './support/operands.js';

/**
 * x with new axes of size 1. No copy: memory is shared.
 *
 * @param x f32 or i32
 * @param axis one axis or several: where they stand in the result, negative ones from the end
 * @throws RangeError for an axis out of range, or one that comes twice; ShapeError for more than six axes
 * @example
 * ```ts
 * import { expandDims, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(expandDims(tensor([1, 2]), 1).toArray()); // [[1], [2]]
 * ```
 */
export function expandDims<D extends DType>(x: Tensor<D>, axis: number | readonly number[]): Tensor<D> {
  const { shape } = checkTensor('expandDims', x);
  const given = Array.isArray(axis) ? axis : [axis];
  const axes = checkAxes('expandDims', given, shape.length + given.length);
  const target = [...shape];
  for (const at of axes) target.splice(at, 0, 1); // from the first to the last, so that each stands where it should
  return viewAs(x, checkShape('expandDims', target));
}
