import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { square } from './square.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const SLOPE_AT_ZERO = 2 / Math.sqrt(Math.PI);

const erfOp: Op<[]> = elementwise('erf', kernels.erfMap, (direction, x) =>
  mul(direction, mul(exp(neg(square(x))), SLOPE_AT_ZERO)),
);

/**
 * The error function 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { erf, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(erf(tensor([0, 10])).toArray()); // [0, 1]
 * ```
 */
export function erf(x: Operand): Tensor {
  return unary(erfOp, x);
}
