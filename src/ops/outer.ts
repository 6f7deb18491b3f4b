import { DTypeError, refuse } from '../core/errors.js';
import { viewAs } from '../autodiff/linear.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { composing } from './support/composing.js';
import { checkTensor } from './support/operands.js';

/**
 * Outer product of two vectors: `y[i, j] = a[i] b[j]`. Other shapes are flattened (NumPy).
 *
 * @throws DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { init, outer, tensor } from 'wasmgrad';
 * await init();
 * console.log(outer(tensor([1, 2]), tensor([3, 4])).toArray()); // [[3, 4], [6, 8]]
 * ```
 */
export function outer<D extends DType = 'f32'>(a: Tensor<D>, b: Tensor<D>): Tensor<D> {
  checkTensor('outer', a);
  checkTensor('outer', b);
  if (a.dtype !== b.dtype) refuse(DTypeError, 'outer', 'operands of one dtype', `${a.dtype} and ${b.dtype}`);
  return composing('outer', () => mul(viewAs(a, [a.size, 1]), viewAs(b, [1, b.size])));
}
