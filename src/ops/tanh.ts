import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';
import { withOperand, type Operand } from './support/operands.js';

const tanhGradientOp: Op<undefined> = fusedGradient({
  name: 'tanhGradient',
  run: (direction, y, result, n) => call(kernels.tanhGradient, direction, y, result, 0, n),
  curvature: (direction, y) => mul(direction, mul(y, -2)),
});

/** direction * (1 - y^2), from the output y of `tanh`. */
export function tanhGradient(direction: Tensor, y: Tensor): Tensor {
  return applyOne(tanhGradientOp, [direction, y], undefined);
}

const tanhOp: Op<undefined> = elementwise({
  name: 'tanh',
  run: (x, y, n) => call(kernels.tanhMap, x, y, 0, n),
  derivative: (direction, _, y) => tanhGradient(direction, y),
  reads: 'y',
});

/**
 * The hyperbolic tangent.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, tanh, tensor } from 'wasmgrad';
 * await init();
 * console.log(tanh(tensor([0, 20])).toArray()); // [0, 1]
 * ```
 */
export function tanh(x: Operand): Tensor {
  return withOperand('tanh', x, (operand) => applyOne(tanhOp, [operand], undefined));
}
