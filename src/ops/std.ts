import { onBehalfOf } from '../core/errors.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkDType, checkTensor } from './support/operands.js';
import { rootOrZero } from './support/rootOrZero.js';
import { checkVariance, variance, type VarianceOptions } from './variance.js';

/**
 * Standard deviation over axes: the square root of the variance; NaN for no elements. Where all elements are
 * equal its derivative is 0.
 *
 * @param x f32
 * @param options `axis`: default all; `keepDims`: default false; `correction`: default 0
 * @throws RangeError for an axis out of range; DTypeError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, std, tensor } from 'wasmgrad';
 * await init();
 * console.log(std(tensor([1, 3])).item()); // 1
 * ```
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkDType('std', checkTensor('std', x), 'f32');
  checkVariance('std', x, options);
  return onBehalfOf('std', () =>
    scoped(
      () => rootOrZero(variance(x, options)),
      (y) => [y],
    ),
  );
}
