// In one file, since each is needed for the derivative of the other.
import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const sinOp: Op<[]> = elementwise('sin', kernels.sinMap, (direction, x) => mul(direction, cos(x)));

const cosOp: Op<[]> = elementwise('cos', kernels.cosMap, (direction, x) => neg(mul(direction, sin(x))));

/**
 * The sine of x radians.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sin, tensor } from 'wasmgrad';
 * await init();
 * console.log(sin(tensor([0])).toArray()); // [0]
 * ```
 */
export function sin(x: Operand): Tensor {
  return unary(sinOp, x);
}

/**
 * The cosine of x radians.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { cos, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(cos(tensor([0])).toArray()); // [1]
 * ```
 */
export function cos(x: Operand): Tensor {
  return unary(cosOp, x);
}
