import { refuse, ShapeError } from '../core/errors.js';
import { checkAxes } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { checkTensor } from './support/operands.js';

/**
 * x without axes of size 1. No copy: memory is shared.
 *
 * @param x f32 or i32
 * @param axis one axis or several, each of size 1. Default: all that are.
 * @throws ShapeError for an axis of another size; RangeError for an axis out of range
 * @example
 * ```ts
 * import { init, squeeze, tensor } from 'wasmgrad';
 * await init();
 * console.log(squeeze(tensor([[[1, 2]]]), 0).shape, squeeze(tensor([[[1, 2]]])).shape); // [1, 2] [2]
 * ```
 */
export function squeeze<D extends DType>(x: Tensor<D>, axis?: number | readonly number[]): Tensor<D> {
  const { shape } = checkTensor('squeeze', x);
  const axes = checkAxes('squeeze', axis, shape.length);
  const wrong = axis === undefined ? undefined : axes.find((i) => shape[i] !== 1);
  if (wrong !== undefined) refuse(ShapeError, 'squeeze', `size 1 along axis ${wrong}`, shape);
  return viewAs(
    x,
    shape.filter((size, i) => size !== 1 || !axes.includes(i)),
  );
}
