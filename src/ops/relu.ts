import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';
import { withOperand, type Operand } from './support/operands.js';

const reluGradientOp: Op<undefined> = fusedGradient({
  name: 'reluGradient',
  run: (direction, v, result, n) => call(kernels.reluGradient, direction, v, result, 0, n),
});

/** direction where v > 0, else 0; v may be the input of `relu` or its output. */
export function reluGradient(direction: Tensor, v: Tensor): Tensor {
  return applyOne(reluGradientOp, [direction, v], undefined);
}

const reluOp: Op<undefined> = elementwise({
  name: 'relu',
  run: (x, y, n) => call(kernels.reluMap, x, y, 0, n),
  derivative: (direction, _, y) => reluGradient(direction, y),
  reads: 'y',
});

/**
 * max(x, 0); NaN stays NaN. Its derivative is 0 at 0.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, relu, tensor } from 'wasmgrad';
 * await init();
 * console.log(relu(tensor([-1, 2])).toArray()); // [0, 2]
 * ```
 */
export function relu(x: Operand): Tensor {
  return withOperand('relu', x, (operand) => applyOne(reluOp, [operand], undefined));
}
