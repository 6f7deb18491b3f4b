import { finiteNumber } from '../core/checks.js';
import type { Tensor } from '../tensors/tensor.js';
import { relu6 } from './relu6.js';
import { parametric } from './support/activation.js';
import { composed, type Operand } from './support/operands.js';
import { scaled } from './support/scaled.js';

/**
 * slope x + 1/2, at least 0 and at most 1. With the default slope of 1/6 (as Keras 3 and PyTorch) it is linear from 0 at
 * -3 to 1 at 3; Keras 2 and TensorFlow.js have the slope 0.2. Its derivative is 0 at both kinks.
 *
 * @param slope finite number, default 1/6
 * @throws DTypeError, DisposedError, TypeError or RangeError for slope
 * @example
 * ```ts
 * import { hardSigmoid, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(hardSigmoid(tensor([-4, 0, 4])).toArray()); // [0, 0.5, 1]
 * ```
 */
export function hardSigmoid(x: Operand, slope = 1 / 6): Tensor {
  finiteNumber('hardSigmoid', 'slope', slope);
  return composed('hardSigmoid', x, (operand) => scaled(relu6(scaled(operand, 6 * slope, 3)), 1 / 6));
}

export const hardSigmoidActivation = parametric(hardSigmoid, 'slope', 1 / 6, finiteNumber);
