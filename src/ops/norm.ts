import { onBehalfOf } from '../core/errors.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { square } from './square.js';
import { scaledSum } from './sum.js';
import { checkDType, checkTensor } from './support/operands.js';
import { checkReduction, type ReduceOptions } from './support/reduction.js';
import { rootOrZero } from './support/rootOrZero.js';

/**
 * Euclidean length over axes, `sqrt(sum x^2)`; of a matrix without `axis` the Frobenius norm. Its derivative x / norm is 0
 * where the norm is 0.
 *
 * @param x f32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; DTypeError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, norm, tensor } from 'wasmgrad';
 * await init();
 * console.log(norm(tensor([3, 4])).item()); // 5
 * ```
 */
export function norm(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkDType('norm', checkTensor('norm', x), 'f32');
  const reduction = checkReduction('norm', x.shape, options);
  return onBehalfOf('norm', () =>
    scoped(
      () => rootOrZero(scaledSum(square(x), reduction, 1)),
      (y) => [y],
    ),
  );
}
