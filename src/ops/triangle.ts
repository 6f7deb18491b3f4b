// The two triangles of a matrix, which differ in the direction of a comparison.
import { wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { viewAs } from '../autodiff/linear.js';
import { countUp } from '../tensors/arange.js';
import {} from '../tensors/creation.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { greaterEqual } from './greaterEqual.js';
import { lessEqual } from './lessEqual.js';
import { sub } from './sub.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';
import { where } from './where.js';

/** The elements whose column minus row compares with k as asked, 0 elsewhere. */
function triangle<D extends DType>(name: string, x: Tensor<D>, k: number, compare: typeof lessEqual): Tensor<D> {
  const { shape } = checkTensor(name, x);
  wholeNumber(name, 'k', k);
  if (shape.length < 2) refuse(ShapeError, name, 'a matrix [..., rows, columns]', shape);
  const [rows = 0, columns = 0] = shape.slice(-2);
  return composing(name, () => {
    const distance = sub(countUp(columns), viewAs(countUp(rows), [rows, 1]));
    return where(compare(distance, k), x, 0);
  });
}

/**
 * The lower triangle of matrices: elements above a diagonal become 0.
 *
 * @param x f32 or i32 [..., rows, columns]
 * @param k the last diagonal that is kept: 0, the default, is the main one, positive ones are above it
 * @throws ShapeError for fewer than two axes; RangeError, TypeError for k
 * @example
 * ```ts
 * import { init, tensor, tril } from 'wasmgrad';
 * await init();
 * console.log(tril(tensor([[1, 2], [3, 4]])).toArray()); // [[1, 0], [3, 4]]
 * ```
 */
export function tril<D extends DType>(x: Tensor<D>, k = 0): Tensor<D> {
  return triangle('tril', x, k, lessEqual);
}

/**
 * The upper triangle of matrices: elements below a diagonal become 0.
 *
 * @param x f32 or i32 [..., rows, columns]
 * @param k the first diagonal that is kept: 0, the default, is the main one, positive ones are above it
 * @throws ShapeError for fewer than two axes; RangeError, TypeError for k
 * @example
 * ```ts
 * import { init, tensor, triu } from 'wasmgrad';
 * await init();
 * console.log(triu(tensor([[1, 2], [3, 4]])).toArray()); // [[1, 2], [0, 4]]
 * ```
 */
export function triu<D extends DType>(x: Tensor<D>, k = 0): Tensor<D> {
  return triangle('triu', x, k, greaterEqual);
}
