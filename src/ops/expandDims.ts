import { checkAxis, checkShape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { checkTensor } from './support/operands.js';

/**
 * x with a new axis of size 1. No copy: memory is shared.
 *
 * @param x f32 or i32
 * @param axis where the new axis stands in the result, negative ones from the end
 * @throws RangeError for an axis out of range; ShapeError for more than six axes
 * @example
 * ```ts
 * import { expandDims, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(expandDims(tensor([1, 2]), 1).toArray()); // [[1], [2]]
 * ```
 */
export function expandDims<D extends DType>(x: Tensor<D>, axis: number): Tensor<D> {
  const { shape } = checkTensor('expandDims', x);
  const at = checkAxis('expandDims', axis, shape.length + 1);
  return viewAs(x, checkShape('expandDims', [...shape.slice(0, at), 1, ...shape.slice(at)]));
}
