import { onBehalfOf } from '../core/errors.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { equal } from './equal.js';
import { scaledSum } from './sum.js';
import { checkTensor } from './support/operands.js';
import { checkReduction, type ReduceOptions } from './support/reduction.js';

/**
 * 1 where all elements over axes are not 0 (NaN included), else 0, as f32; 1 for no elements. Its derivative is 0.
 *
 * @param x f32 or i32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; TypeError for unknown options.
 * @example
 * ```ts
 * import { all, init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[0, 1], [0, 2]]);
 * console.log(all(x).item(), all(x, { axis: 0 }).toArray()); // 0 [0, 1]
 * ```
 */
export function all(x: Tensor<DType>, options: ReduceOptions = {}): Tensor {
  checkTensor('all', x);
  const reduction = checkReduction('all', x.shape, options);
  return onBehalfOf('all', () =>
    scoped(
      () => equal(scaledSum(equal(x, 0), reduction, 1), 0),
      (y) => [y],
    ),
  );
}
