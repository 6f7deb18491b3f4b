import type { Tensor } from '../tensors/tensor.js';
import { notEqual } from './notEqual.js';
import { composed, type Operand } from './support/operands.js';

/**
 * 1 where x is NaN, else 0. Its derivative is 0.
 *
 * @param x f32
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, isNaN, tensor } from 'wasmgrad';
 * await init();
 * console.log(isNaN(tensor([0, NaN])).toArray()); // [0, 1]
 * ```
 */
export function isNaN(x: Operand): Tensor {
  return composed('isNaN', x, (z) => notEqual(z, z));
}
