import { onBehalfOf } from '../core/errors.js';
import type { Tensor } from '../tensors/tensor.js';
import { scaledSum } from './sum.js';
import { checkDType, checkTensor } from './support/operands.js';
import { checkReduction, type ReduceOptions } from './support/reduction.js';

/**
 * Arithmetic mean over axes; NaN for a mean over no elements.
 *
 * @param x f32
 * @param options `axis`: default all; `keepDims`: default false
 * @throws RangeError for an axis out of range; DTypeError; TypeError for unknown options.
 * @example
 * ```ts
 * import { init, mean, tensor } from 'wasmgrad';
 * await init();
 * console.log(mean(tensor([[1, 2], [3, 4]]), { axis: 1 }).toArray()); // [1.5, 3.5]
 * ```
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkDType('mean', checkTensor('mean', x), 'f32');
  const reduction = checkReduction('mean', x.shape, options);
  return onBehalfOf('mean', () => scaledSum(x, reduction, 1 / reduction.count));
}
