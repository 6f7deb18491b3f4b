import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const log1pOp: Op<[]> = elementwise('log1p', kernels.log1pMap, (direction, x) => div(direction, add(x, 1)));

/**
 * log(1 + x), accurate for small x too.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, log1p, tensor } from 'wasmgrad';
 * await init();
 * console.log(log1p(tensor([0, -1])).toArray()); // [0, -Infinity]
 * ```
 */
export function log1p(x: Operand): Tensor {
  return unary(log1pOp, x);
}
