// In one file, since each is the derivative of the other.
import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const sinhOp: Op<[]> = elementwise('sinh', kernels.sinhMap, (direction, x) => mul(direction, cosh(x)));

const coshOp: Op<[]> = elementwise('cosh', kernels.coshMap, (direction, x) => mul(direction, sinh(x)));

/**
 * The hyperbolic sine (e^x - e^-x) / 2, accurate for small x too.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sinh, tensor } from 'wasmgrad';
 * await init();
 * console.log(sinh(tensor([0])).toArray()); // [0]
 * ```
 */
export function sinh(x: Operand): Tensor {
  return unary(sinhOp, x);
}

/**
 * The hyperbolic cosine (e^x + e^-x) / 2.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { cosh, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cosh(tensor([0])).toArray()); // [1]
 * ```
 */
export function cosh(x: Operand): Tensor {
  return unary(coshOp, x);
}
