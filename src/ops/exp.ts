import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const expOp: Op<[]> = elementwise('exp', kernels.expMap, (direction, _, y) => mul(direction, y), 'y');

/**
 * e^x, to 1 ULP over the whole range of f32.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { exp, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(exp(tensor([0, -Infinity])).toArray()); // [1, 0]
 * ```
 */
export function exp(x: Operand): Tensor {
  return unary(expOp, x);
}
