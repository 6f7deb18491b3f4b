import { wholeNumber } from '../core/checks.js';
import { onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { sortedPositions } from './argsort.js';
import { slice } from './slice.js';
import { checkTensor } from './support/operands.js';
import { take } from './takeAlongAxis.js';

/**
 * The k largest elements along the last axis in descending order, and their positions. Of equal elements the first ones are
 * taken; NaN counts as largest.
 *
 * @param x f32 or i32 with at least one axis
 * @param k 0..length of the last axis
 * @returns `[values, indices]`: the type of x, and i32
 * @throws ShapeError for a scalar; RangeError, TypeError for k
 * @example
 * ```ts
 * import { init, tensor, topK } from 'wasmgrad';
 * await init();
 * const [values, indices] = topK(tensor([3, 1, 4, 1, 5]), 2);
 * console.log(values.toArray(), indices.toArray()); // [5, 4] [4, 2]
 * ```
 */
export function topK<D extends DType>(x: Tensor<D>, k: number): [values: Tensor<D>, indices: Tensor<'i32'>] {
  const { shape } = checkTensor('topK', x);
  const last = shape.length - 1;
  if (last < 0) refuse(ShapeError, 'topK', 'at least one axis', shape);
  wholeNumber('topK', 'k', k, { min: 0, max: shape[last] ?? 0 });
  return onBehalfOf('topK', () =>
    scoped(
      (): [Tensor<D>, Tensor<'i32'>] => {
        const order = sortedPositions(x, last, true);
        const indices = slice(
          order,
          shape.map(() => 0),
          [...shape.slice(0, last), k],
        );
        return [take(x, indices, last), indices];
      },
      (pair) => pair,
    ),
  );
}
