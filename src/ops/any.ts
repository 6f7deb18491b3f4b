import { onBehalfOf } from '../core/errors.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { notEqual } from './notEqual.js';
import { scaledSum } from './sum.js';
import { checkTensor } from './support/operands.js';
import { checkReduction, type ReduceOptions } from './support/reduction.js';

/**
 * 1 where any element over axes is not 0 (NaN included), else 0, as f32; 0 for no elements. Its derivative is 0.
 *
 * @param x f32 or i32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; TypeError for unknown options.
 * @example
 * ```ts
 * import { any, init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[0, 1], [0, 2]]);
 * console.log(any(x).item(), any(x, { axis: 0 }).toArray()); // 1 [0, 1]
 * ```
 */
export function any(x: Tensor<DType>, options: ReduceOptions = {}): Tensor {
  checkTensor('any', x);
  const reduction = checkReduction('any', x.shape, options);
  return onBehalfOf('any', () =>
    scoped(
      () => notEqual(scaledSum(notEqual(x, 0), reduction, 1), 0),
      (y) => [y],
    ),
  );
}
