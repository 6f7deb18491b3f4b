import { onBehalfOf } from '../core/errors.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { mean } from './mean.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { scaledSum } from './sum.js';
import { checkDType, checkTensor } from './support/operands.js';
import { checkReduction, type ReduceOptions } from './support/reduction.js';

/**
 * Mean squared distance from the mean over axes (correction 0: divided by the number of elements), in two passes, so that a
 * large mean does not cancel; NaN for a mean over no elements.
 *
 * @param x f32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; DTypeError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, tensor, variance } from 'wasmgrad';
 * await init();
 * console.log(variance(tensor([1, 2, 3, 4])).item()); // 1.25
 * ```
 */
export function variance(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkDType('variance', checkTensor('variance', x), 'f32');
  const reduction = checkReduction('variance', x.shape, options);
  return onBehalfOf('variance', () =>
    scoped(
      () => {
        const centre = mean(x, { axis: reduction.axes, keepDims: true });
        return scaledSum(square(sub(x, centre)), reduction, 1 / reduction.count);
      },
      (y) => [y],
    ),
  );
}
