import type { Tensor } from '../tensors/tensor.js';
import { hardSigmoid } from './hardSigmoid.js';
import { bounded } from './support/bounded.js';
import { composed, type Operand } from './support/operands.js';
import { times } from './support/times.js';

/**
 * x hardSigmoid(x) = x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). Its derivative is 0 at -3 and 1 at 3.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { hardSwish, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(hardSwish(tensor([-4, 1.5, 4])).toArray()); // [0, 1.125, 4]
 * ```
 */
export function hardSwish(x: Operand): Tensor {
  return composed('hardSwish', x, (z) => times(bounded(z, -3, Infinity), hardSigmoid(z)));
}
