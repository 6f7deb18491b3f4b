import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const negOp: Op<[]> = elementwise('neg', kernels.negMap, (direction) => neg(direction), 'nothing');

/**
 * -x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, neg, tensor } from 'wasmgrad';
 * await init();
 * console.log(neg(tensor([1, -2])).toArray()); // [-1, 2]
 * ```
 */
export function neg(x: Operand): Tensor {
  return unary(negOp, x);
}
