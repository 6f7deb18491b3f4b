import type { Tensor } from '../tensors/tensor.js';
import { abs } from './abs.js';
import { less } from './less.js';
import { composed, type Operand } from './support/operands.js';

/**
 * 1 where x is neither infinite nor NaN, else 0. Its derivative is 0.
 *
 * @param x f32
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, isFinite, tensor } from 'wasmgrad';
 * await init();
 * console.log(isFinite(tensor([0, NaN, -Infinity])).toArray()); // [1, 0, 0]
 * ```
 */
export function isFinite(x: Operand): Tensor {
  return composed('isFinite', x, (z) => less(abs(z), Infinity));
}
