import { show, wholeNumber } from '../core/checks.js';
import { onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { checkAxis } from '../core/shapes.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { slice } from './slice.js';
import { checkTensor } from './support/operands.js';

/** Where the parts begin, and the end of the last one. */
function bounds(sections: number | readonly number[], length: number): number[] {
  const given: unknown = sections;
  if (Array.isArray(given)) {
    const cuts = Array.from<unknown, number>(given, (cut) =>
      wholeNumber('split', 'sections', cut, { min: -length, max: length }),
    ).map((cut) => (cut < 0 ? cut + length : cut));
    if (cuts.some((cut, i) => cut < (cuts[i - 1] ?? 0))) {
      refuse(RangeError, 'split', 'sections to be positions in ascending order', show(sections));
    }
    return [0, ...cuts, length];
  }
  const count = wholeNumber('split', 'sections', given, { min: 1 });
  if (length % count !== 0 || count > Math.max(length, 1))
    refuse(ShapeError, 'split', `a size that ${count} divides along the axis`, length);
  return Array.from({ length: count + 1 }, (_, i) => (i * length) / count);
}

/**
 * x in parts along an axis.
 *
 * @param x f32 or i32
 * @param sections number of equal parts, or the positions where x is cut, in ascending order, negative ones from the end
 *   (NumPy)
 * @param axis default 0
 * @returns the parts, which must be disposed one by one
 * @throws ShapeError when the parts would not be equal; RangeError, TypeError for sections or axis
 * @example
 * ```ts
 * import { init, split, tensor } from 'wasmgrad';
 * await init();
 * const [a, b] = split(tensor([1, 2, 3, 4]), 2);
 * console.log(a.toArray(), b.toArray()); // [1, 2] [3, 4]
 * ```
 */
export function split<D extends DType>(x: Tensor<D>, sections: number | readonly number[], axis = 0): Tensor<D>[] {
  const { shape } = checkTensor('split', x);
  const at = checkAxis('split', axis, shape.length);
  const ends = bounds(sections, shape[at] ?? 0);
  const part = (first: number, i: number): Tensor<D> =>
    slice(
      x,
      shape.map((_, k) => (k === at ? first : 0)),
      shape.map((n, k) => (k === at ? (ends[i + 1] ?? first) - first : n)),
    );
  return onBehalfOf('split', () =>
    scoped(
      () => ends.slice(0, -1).map(part),
      (parts) => parts,
    ),
  );
}
