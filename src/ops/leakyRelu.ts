import { finiteNumber } from '../core/checks.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';
import { withOperand, type Operand } from './support/operands.js';

const leakyReluGradientOp: Op<number> = fusedGradient({
  name: 'leakyReluGradient',
  run: (direction, v, result, n, slope) => call(kernels.leakyReluGradient, direction, v, result, slope, 0, n),
});

/**
 * direction where v > 0, else slope * direction; v is the input of `leakyRelu`, or its output when slope >= 0.
 */
export function leakyReluGradient(direction: Tensor, v: Tensor, slope: number): Tensor {
  return applyOne(leakyReluGradientOp, [direction, v], slope);
}

const leakyReluOp: Op<number> = elementwise({
  name: 'leakyRelu',
  run: (x, y, n, slope) => call(kernels.leakyReluMap, x, y, slope, 0, n),
  derivative: (direction, x, _, slope) => leakyReluGradient(direction, x, slope),
});

/**
 * x where x > 0, else slope * x. Its derivative at 0 is the slope.
 *
 * @param slope default 0.2, as Keras
 * @throws DTypeError, DisposedError, TypeError or RangeError for the slope
 * @example
 * ```ts
 * import { init, leakyRelu, tensor } from 'wasmgrad';
 * await init();
 * console.log(leakyRelu(tensor([-2, 2]), 0.5).toArray()); // [-1, 2]
 * ```
 */
export function leakyRelu(x: Operand, slope = 0.2): Tensor {
  finiteNumber('leakyRelu', 'slope', slope);
  return withOperand('leakyRelu', x, (operand) => applyOne(leakyReluOp, [operand], slope));
}
