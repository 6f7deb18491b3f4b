import { viewAs } from '../../autodiff/linear.js';
import { sortedPositions } from '../argsort.js';
import { slice } from '../slice.js';
import type { Tensor } from '../../tensors/tensor.js';

/** The position of the first integer in ascending or descending order along an axis, or in the flat array. */
export function firstInOrder(x: Tensor<'i32'>, axis: number | undefined, descending: boolean): Tensor<'i32'> {
  if (axis === undefined) return firstInOrder(viewAs(x, [x.size]), 0, descending);
  const { shape } = x;
  const first = slice(
    sortedPositions(x, axis, descending),
    shape.map(() => 0),
    shape.map((size, i) => (i === axis ? 1 : size)),
  );
  return viewAs(
    first,
    shape.filter((_, i) => i !== axis),
  );
}
