import { show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { checkTensor } from './support/operands.js';

/** The shape with its -1, if any, replaced by the size that fits the number of elements. */
function resolve(x: Tensor<DType>, shape: Shape): Shape {
  const free = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  let known = checkShape('reshape', free < 0 ? shape : shape.map((size, i) => (i === free ? 1 : size)));
  if (free >= 0) {
    const rest = sizeOf(known);
    if (rest === 0 || x.size % rest !== 0) {
      throw new ShapeError(
        `reshape: expected a shape of ${x.size} elements for ${shapeText(x.shape)}, got ${show(shape)}`,
      );
    }
    known = known.map((size, i) => (i === free ? x.size / rest : size));
  }
  if (sizeOf(known) !== x.size) {
    throw new ShapeError(
      `reshape: expected a shape of ${x.size} elements for ${shapeText(x.shape)}, got ${shapeText(known)}`,
    );
  }
  return known;
}

/**
 * The same elements, row-major, under another shape. No copy: memory is shared.
 *
 * @param x f32 or i32
 * @param shape sizes; one of them may be -1, which stands for the size that fits
 * @throws ShapeError when the number of elements differs.
 * @example
 * ```ts
 * import { arange, init, reshape } from 'wasmgrad';
 * await init();
 * console.log(reshape(arange(6), [2, -1]).toArray()); // [[0, 1, 2], [3, 4, 5]]
 * ```
 */
export function reshape<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  checkTensor('reshape', x);
  return viewAs(x, resolve(x, shape));
}
