import type { Tensor } from '../tensors/tensor.js';
import { div } from './div.js';
import { composed, type Operand } from './support/operands.js';
import { cos, sin } from './trigonometry.js';

/**
 * The tangent of x radians, sin x / cos x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, tan, tensor } from 'wasmgrad';
 * await init();
 * console.log(tan(tensor([0])).toArray()); // [0]
 * ```
 */
export function tan(x: Operand): Tensor {
  return composed('tan', x, (z) => div(sin(z), cos(z)));
}
