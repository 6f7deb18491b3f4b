import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { sqrt } from './sqrt.js';
import { sub } from './sub.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const asinOp: Op<[]> = elementwise('asin', kernels.asinMap, (direction, x) =>
  div(direction, sqrt(mul(sub(1, x), add(1, x)))),
);

/**
 * The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1]. Its derivative 1 / sqrt(1 - x^2) is infinite at -1 and 1.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { asin, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(asin(tensor([0])).toArray()); // [0]
 * ```
 */
export function asin(x: Operand): Tensor {
  return unary(asinOp, x);
}
