// Each is the other's derivative.
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { elementwise } from './support/constructors.js';
import { withOperand, type Operand } from './support/operands.js';

const sinOp: Op<undefined> = elementwise({
  name: 'sin',
  run: (x, y, n) => call(kernels.sinMap, x, y, 0, n),
  derivative: (direction, x) => mul(direction, cos(x)),
});

const cosOp: Op<undefined> = elementwise({
  name: 'cos',
  run: (x, y, n) => call(kernels.cosMap, x, y, 0, n),
  derivative: (direction, x) => neg(mul(direction, sin(x))),
});

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
  return withOperand('sin', x, (operand) => applyOne(sinOp, [operand], undefined));
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
  return withOperand('cos', x, (operand) => applyOne(cosOp, [operand], undefined));
}
