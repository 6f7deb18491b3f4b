import { wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { checkShape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { embed, slice } from './slice.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';

// In a flat matrix of n columns the elements of a diagonal are n + 1 apart.
const firstOf = (k: number, columns: number): number => (k >= 0 ? k : -k * columns);

/**
 * The matrix with a vector on a diagonal and 0 elsewhere, or the diagonal of a matrix as a vector.
 *
 * @param x f32 or i32, [n] or [rows, columns]
 * @param k the diagonal: 0, the default, is the main one, positive ones are above it
 * @throws ShapeError unless x has one axis or two; RangeError, TypeError for k
 * @example
 * ```ts
 * import { diag, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(diag(tensor([1, 2])).toArray()); // [[1, 0], [0, 2]]
 * console.log(diag(tensor([[1, 2], [3, 4]])).toArray()); // [1, 4]
 * ```
 */
export function diag<D extends DType>(x: Tensor<D>, k = 0): Tensor<D> {
  const { shape } = checkTensor('diag', x);
  wholeNumber('diag', 'k', k, { min: -(2 ** 31), max: 2 ** 31 });
  const [rows = 0, columns = 0] = shape;
  if (shape.length === 2) {
    const length = Math.max(0, Math.min(rows + Math.min(k, 0), columns - Math.max(k, 0)));
    const begin = length === 0 ? 0 : firstOf(k, columns);
    return composing('diag', () => slice(viewAs(x, [x.size]), [begin], [length], [columns + 1]));
  }
  if (shape.length !== 1) refuse(ShapeError, 'diag', 'a vector or a matrix', shape);
  const n = rows + Math.abs(k);
  const target = checkShape('diag', [n, n]);
  return composing('diag', () =>
    viewAs(embed(x, { shape: [n * n], begin: [firstOf(k, n)], steps: [n + 1], value: 0 }), target),
  );
}
