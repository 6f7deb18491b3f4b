import { flag, knownOptions, wholeNumber } from '../core/checks.js';
import { onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { checkAxis } from '../core/shapes.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { sortedPositions } from './argsort.js';
import { slice } from './slice.js';
import { checkTensor } from './support/operands.js';
import { take } from './takeAlongAxis.js';

export interface TopKOptions {
  /** Default -1. */
  readonly axis?: number | undefined;
  /** false: the k smallest, in ascending order. Default true. */
  readonly largest?: boolean | undefined;
}

/**
 * The k largest elements along an axis in descending order, or the smallest in ascending order, and their positions. Of equal
 * elements the first ones are taken; NaN counts as largest.
 *
 * @param x f32 or i32 with at least one axis
 * @param k 0..length of the axis
 * @param options `axis`: default -1; `largest`: default true
 * @returns `[values, indices]`: the type of x, and i32
 * @throws ShapeError for a scalar; RangeError, TypeError for k and options
 * @example
 * ```ts
 * import { init, tensor, topK } from 'wasmgrad';
 * await init();
 * const [values, indices] = topK(tensor([3, 1, 4, 1, 5]), 2);
 * console.log(values.toArray(), indices.toArray()); // [5, 4] [4, 2]
 * ```
 */
export function topK<D extends DType>(
  x: Tensor<D>,
  k: number,
  options: TopKOptions = {},
): [values: Tensor<D>, indices: Tensor<'i32'>] {
  const { shape } = checkTensor('topK', x);
  if (shape.length === 0) refuse(ShapeError, 'topK', 'at least one axis', shape);
  const { axis = -1, largest = true } = knownOptions('topK', options, ['axis', 'largest']);
  const at = checkAxis('topK', axis, shape.length);
  const descending = flag('topK', 'largest', largest);
  wholeNumber('topK', 'k', k, { min: 0, max: shape[at] ?? 0 });
  return onBehalfOf('topK', () =>
    scoped(
      (): [Tensor<D>, Tensor<'i32'>] => {
        const order = sortedPositions(x, at, descending);
        const indices = slice(
          order,
          shape.map(() => 0),
          shape.map((size, i) => (i === at ? k : size)),
        );
        return [take(x, indices, at), indices];
      },
      (pair) => pair,
    ),
  );
}
