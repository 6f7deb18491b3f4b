import type { Tensor } from '../tensors/tensor.js';
import { elu } from './elu.js';
import { composed, type Operand } from './support/operands.js';
import { scaled } from './support/scaled.js';

// With these constants, outputs of a layer keep mean 0 and variance 1.
const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;

/**
 * The scaled exponential linear unit: `1.0507 x` where x > 0, else `1.0507 * 1.6733 (e^x - 1)` (Klambauer et al. 2017).
 * Its derivative at 0 is that from the left, 1.0507 * 1.6733.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, selu, tensor } from 'wasmgrad';
 * await init();
 * console.log(selu(tensor([-Infinity, 1])).toArray()); // [-1.7581, 1.0507]
 * ```
 */
export function selu(x: Operand): Tensor {
  return composed('selu', x, (operand) => scaled(elu(operand, ALPHA), SCALE));
}
