import { onBehalfOf } from '../core/errors.js';
import { checkAxis } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { pad, slice } from './slice.js';
import { checkDType, checkTensor } from './support/operands.js';
import { runOf } from './support/reducing.js';

/**
 * Cumulative products along the middle axis of [outer, length, inner]. Each pass multiplies every element by the one `step`
 * before it, which covers twice as many factors (Hillis and Steele 1986). There is no division, so that the derivative is
 * right where factors are 0.
 */
function scan(x: Tensor): Tensor {
  const [outer = 0, length = 0, inner = 0] = x.shape;
  let y = x;
  for (let step = 1; step < length; step *= 2) {
    const before = slice(y, [0, 0, 0], [outer, length - step, inner]);
    y = mul(y, pad(before, [[0, 0], [step, 0], [0, 0]], 1)); // prettier-ignore
  }
  return y;
}

/**
 * Cumulative products along an axis: each element times all before it. The derivative is exact where elements are 0, too.
 *
 * @param x f32
 * @param axis default: of the flat array
 * @throws RangeError for an axis out of range; DTypeError
 * @example
 * ```ts
 * import { cumprod, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cumprod(tensor([1, 2, 3])).toArray()); // [1, 2, 6]
 * ```
 */
export function cumprod(x: Tensor, axis?: number): Tensor {
  checkDType('cumprod', checkTensor('cumprod', x), 'f32');
  const at = axis === undefined ? undefined : checkAxis('cumprod', axis, x.shape.length);
  const { outer, length, inner } = at === undefined ? { outer: 1, length: x.size, inner: 1 } : runOf(x.shape, at, at);
  return onBehalfOf('cumprod', () =>
    scoped(
      () => viewAs(scan(viewAs(x, [outer, length, inner])), at === undefined ? [x.size] : x.shape),
      (y) => [y],
    ),
  );
}
