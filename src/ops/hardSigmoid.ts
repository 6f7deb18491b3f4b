import type { Tensor } from '../tensors/tensor.js';
import { relu6 } from './relu6.js';
import { composed, type Operand } from './support/operands.js';
import { scaled } from './support/scaled.js';

/**
 * relu6(x + 3) / 6, linear from 0 at -3 to 1 at 3 (as Keras and PyTorch). Its derivative is 0 at both kinks.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { hardSigmoid, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(hardSigmoid(tensor([-4, 0, 4])).toArray()); // [0, 0.5, 1]
 * ```
 */
export function hardSigmoid(x: Operand): Tensor {
  return composed('hardSigmoid', x, (operand) => scaled(relu6(scaled(operand, 1, 3)), 1 / 6));
}
