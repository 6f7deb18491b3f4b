import { wholeNumber } from '../core/checks.js';
import { checkShape, sizeOf } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { broadcastTo } from './broadcast.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';

/**
 * x laid out several times along each axis.
 *
 * @param x f32 or i32
 * @param repeats times for each axis, or for the last ones; more of them than x has axes add axes in front (NumPy)
 * @throws RangeError, TypeError unless `repeats` are whole numbers >= 0; ShapeError for more than six axes
 * @example
 * ```ts
 * import { init, tensor, tile } from 'wasmgrad';
 * await init();
 * console.log(tile(tensor([1, 2]), [2, 2]).toArray()); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * ```
 */
export function tile<D extends DType>(x: Tensor<D>, repeats: number | readonly number[]): Tensor<D> {
  checkTensor('tile', x);
  const given: readonly unknown[] = Array.isArray(repeats) ? repeats : [repeats];
  const times = Array.from(given, (value) => wholeNumber('tile', 'repeats', value, { min: 0 }));
  const rank = Math.max(times.length, x.shape.length);
  const own = checkShape('tile', [...Array.from({ length: rank - x.shape.length }, () => 1), ...x.shape]);
  const all = [...Array.from({ length: rank - times.length }, () => 1), ...times];
  const target = checkShape('tile', own.map((size, i) => size * (all[i] ?? 1))); // prettier-ignore
  return composing('tile', () => {
    // Each axis by itself, since all at once would take twice as many axes.
    let y = x;
    const shape = [...own];
    all.forEach((count, i) => {
      if (count === 1) return;
      const [outer, inner] = [sizeOf(shape.slice(0, i)), sizeOf(shape.slice(i))];
      y = broadcastTo(viewAs(y, [outer, 1, inner]), [outer, count, inner]);
      shape[i] = (shape[i] ?? 1) * count;
    });
    return viewAs(y, target);
  });
}
