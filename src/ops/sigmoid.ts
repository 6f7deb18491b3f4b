import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';
import { withOperand, type Operand } from './support/operands.js';

const sigmoidGradientOp: Op<undefined> = fusedGradient({
  name: 'sigmoidGradient',
  run: (direction, y, result, n) => call(kernels.sigmoidGradient, direction, y, result, 0, n),
  curvature: (direction, y) => mul(direction, sub(1, mul(y, 2))),
});

/** direction * y (1 - y), from the output y of `sigmoid`. */
export function sigmoidGradient(direction: Tensor, y: Tensor): Tensor {
  return applyOne(sigmoidGradientOp, [direction, y], undefined);
}

const sigmoidOp: Op<undefined> = elementwise({
  name: 'sigmoid',
  run: (x, y, n) => call(kernels.sigmoidMap, x, y, 0, n),
  derivative: (direction, _, y) => sigmoidGradient(direction, y),
  reads: 'y',
});

/**
 * The logistic function 1 / (1 + e^-x), stable for any x.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sigmoid, tensor } from 'wasmgrad';
 * await init();
 * console.log(sigmoid(tensor([0, 200])).toArray()); // [0.5, 1]
 * ```
 */
export function sigmoid(x: Operand): Tensor {
  return withOperand('sigmoid', x, (operand) => applyOne(sigmoidOp, [operand], undefined));
}
