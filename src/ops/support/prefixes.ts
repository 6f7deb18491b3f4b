import { viewAs } from '../../autodiff/linear.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import { pad, slice } from '../slice.js';
import { runOf } from './reducing.js';

/**
 * Every element combined with all before it along an axis, or in the flat array. Each pass combines every element with the
 * one `step` before it, which stands for twice as many elements (Hillis and Steele 1986).
 *
 * @param axis checked, or undefined for the flat array
 * @param neutral combined with x it gives x
 */
export function prefixes<D extends DType>(
  x: Tensor<D>,
  axis: number | undefined,
  neutral: number,
  combine: (a: Tensor<D>, b: Tensor<D>) => Tensor<D>,
): Tensor<D> {
  const { outer, length, inner } =
    axis === undefined ? { outer: 1, length: x.size, inner: 1 } : runOf(x.shape, axis, axis);
  let y = viewAs(x, [outer, length, inner]);
  for (let step = 1; step < length; step *= 2) {
    const before = slice(y, [0, 0, 0], [outer, length - step, inner]);
    y = combine(y, pad(before, [[0, 0], [step, 0], [0, 0]], neutral)); // prettier-ignore
  }
  return viewAs(y, axis === undefined ? [x.size] : x.shape);
}
