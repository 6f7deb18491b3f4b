import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { sigmoid, sigmoidDerivative } from './sigmoid.js';
import { sub } from './sub.js';
import { defineActivation, defineDerivative, type ActivationFunction } from './support/activation.js';
import type { Operand } from './support/operands.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    silu: [];
  }
}

export const siluDerivative = defineDerivative({
  name: 'silu',
  gradient: kernels.siluGradient,
  reads: 'x',
  // With s = sigmoid(x): silu' = s + x s (1 - s), silu'' = s (1 - s) (2 + x (1 - 2 s)).
  curvature: (direction, x) => {
    const s = sigmoid(x);
    return mul(sigmoidDerivative.along(direction, s), add(mul(x, sub(1, mul(s, 2))), 2));
  },
});

/**
 * x sigmoid(x), also called swish.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, silu, tensor } from 'wasmgrad';
 * await init();
 * console.log(silu(tensor([0, 200])).toArray()); // [0, 200]
 * ```
 */
export const silu: ActivationFunction = defineActivation('silu', kernels.siluMap);

/**
 * x sigmoid(x): another name of `silu`.
 *
 * @throws DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, swish, tensor } from 'wasmgrad';
 * await init();
 * console.log(swish(tensor(0)).item()); // 0
 * ```
 */
export function swish(x: Operand): Tensor {
  return silu(x);
}
