import { wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { checkAxis, checkShape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { runtime } from '../runtime/state.js';
import { Storage } from '../tensors/storage.js';
import { Tensor, type DType } from '../tensors/tensor.js';
import { broadcastTo } from './broadcast.js';
import { gather } from './gather.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';
import { runOf } from './support/reducing.js';

/** Each position as often as it counts, `total` numbers. */
function positions(counts: readonly number[], total: number): Tensor<'i32'> {
  const storage = Storage.constant(4 * total, 'repeat');
  const { i32 } = runtime().heap;
  let at = storage.pointer / 4;
  counts.forEach((count, i) => i32.fill(i, at, (at += count)));
  return Tensor.of(storage, [total], 'i32');
}

/**
 * x with each element along an axis repeated.
 *
 * @param x f32 or i32
 * @param repeats times: a number, or one for each element along the axis
 * @param axis default: of the flat array
 * @throws RangeError, TypeError unless `repeats` are whole numbers >= 0; RangeError for an axis out of range; ShapeError for
 *   another number of repeats
 * @example
 * ```ts
 * import { init, repeat, tensor } from 'wasmgrad';
 * await init();
 * console.log(repeat(tensor([1, 2]), 2).toArray()); // [1, 1, 2, 2]
 * console.log(repeat(tensor([1, 2]), [3, 1]).toArray()); // [1, 1, 1, 2]
 * ```
 */
export function repeat<D extends DType>(x: Tensor<D>, repeats: number | readonly number[], axis?: number): Tensor<D> {
  checkTensor('repeat', x);
  const at = axis === undefined ? 0 : checkAxis('repeat', axis, x.shape.length);
  const shape = axis === undefined ? [x.size] : x.shape;
  const { outer, length, inner } = runOf(shape, at, at);
  const check = (value: unknown): number => wholeNumber('repeat', 'repeats', value, { min: 0 });
  const resized = (size: number): number[] => shape.map((n, i) => (i === at ? size : n));
  const given: unknown = repeats;
  if (!Array.isArray(given)) {
    const count = check(given);
    const target = checkShape('repeat', resized(length * count));
    return composing('repeat', () =>
      viewAs(broadcastTo(viewAs(x, [outer * length, 1, inner]), [outer * length, count, inner]), target),
    );
  }
  const counts = Array.from<unknown, number>(given, check);
  if (counts.length !== length) refuse(ShapeError, 'repeat', `${length} repeats, one for each element`, counts.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  checkShape('repeat', resized(total));
  return composing('repeat', () => gather(viewAs(x, shape), positions(counts, total), at));
}
