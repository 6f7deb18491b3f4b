import { checkAxis } from '../core/shapes.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';
import { prefixes } from './support/prefixes.js';

/**
 * Cumulative products along an axis: each element times all before it. There is no division, so the derivative is exact where
 * elements are 0, too. Products of i32 wrap at 32 bits.
 *
 * @param x f32 or i32
 * @param axis default: of the flat array
 * @throws RangeError for an axis out of range; TypeError
 * @example
 * ```ts
 * import { cumprod, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cumprod(tensor([1, 2, 3])).toArray()); // [1, 2, 6]
 * ```
 */
export function cumprod<D extends DType>(x: Tensor<D>, axis?: number): Tensor<D> {
  checkTensor('cumprod', x);
  const at = axis === undefined ? undefined : checkAxis('cumprod', axis, x.shape.length);
  return composing('cumprod', () => prefixes(x, at, 1, mul));
}
