import { show, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { checkAxis, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { concat } from './concat.js';
import { slice } from './slice.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';

/** Elements of one axis moved towards its end; those that leave it come in at the begin. */
function along<D extends DType>(x: Tensor<D>, shift: number, axis: number): Tensor<D> {
  const length = x.shape[axis] ?? 0;
  const by = length === 0 ? 0 : ((shift % length) + length) % length;
  if (by === 0) return x;
  const part = (from: number, size: number): Tensor<D> =>
    slice(
      x,
      x.shape.map((_, i) => (i === axis ? from : 0)),
      x.shape.map((n, i) => (i === axis ? size : n)),
    );
  return concat([part(length - by, by), part(0, length - by)], axis);
}

/** Shifts by axis, those of the same axis added. */
function checkShifts(
  shift: number | readonly number[],
  axis: number | readonly number[],
  shape: Shape,
): readonly (readonly [axis: number, shift: number])[] {
  const listOf = (values: unknown): readonly unknown[] => (Array.isArray(values) ? values : [values]);
  const [shifts, axes] = [listOf(shift), listOf(axis)];
  if (shifts.length !== axes.length && shifts.length !== 1 && axes.length !== 1) {
    refuse(ShapeError, 'roll', 'a shift for each axis', `shift ${show(shift)} and axis ${show(axis)}`);
  }
  const pick = (values: readonly unknown[], i: number): unknown => (values.length === 1 ? values[0] : values[i]);
  return Array.from({ length: Math.max(shifts.length, axes.length) }, (_, i) => [
    checkAxis('roll', pick(axes, i), shape.length),
    wholeNumber('roll', 'shift', pick(shifts, i)),
  ]);
}

/**
 * x with its elements moved along axes; those that leave at the end come in at the begin.
 *
 * @param x f32 or i32
 * @param shift places, negative ones towards the begin: a number, or one for each axis
 * @param axis one axis or several. Default: of the flat array.
 * @throws RangeError for an axis out of range; ShapeError for another number of shifts than axes; TypeError
 * @example
 * ```ts
 * import { init, roll, tensor } from 'wasmgrad';
 * await init();
 * console.log(roll(tensor([1, 2, 3, 4]), 1).toArray()); // [4, 1, 2, 3]
 * ```
 */
export function roll<D extends DType>(
  x: Tensor<D>,
  shift: number | readonly number[],
  axis?: number | readonly number[],
): Tensor<D> {
  const { shape } = checkTensor('roll', x);
  const flat = axis === undefined;
  const shifts = flat ? checkShifts(shift, 0, [x.size]) : checkShifts(shift, axis, shape);
  return composing('roll', () => {
    let y = flat ? viewAs(x, [x.size]) : x;
    for (const [at, by] of shifts) y = along(y, by, at);
    return viewAs(y, shape);
  });
}
