import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { sqrt } from './sqrt.js';
import { sub } from './sub.js';
import { elementwise, unary } from './support/elementwise.js';
import type { Operand } from './support/operands.js';

const acosOp: Op<[]> = elementwise('acos', kernels.acosMap, (direction, x) =>
  neg(div(direction, sqrt(mul(sub(1, x), add(1, x))))),
);

/**
 * The angle in [0, pi] whose cosine is x; NaN outside [-1, 1]. Its derivative -1 / sqrt(1 - x^2) is infinite at -1 and 1.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { acos, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(acos(tensor([1])).toArray()); // [0]
 * ```
 */
export function acos(x: Operand): Tensor {
  return unary(acosOp, x);
}
