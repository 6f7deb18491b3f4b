import { applyOne, lateRules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { sigmoid, sigmoidGradient } from './sigmoid.js';
import { sub } from './sub.js';
import { diagonal, pointwise, unary } from './support/elementwise.js';
import { fusedGradient, gradientRules } from './support/fusedGradient.js';
import type { Operand } from './support/operands.js';

const siluGradientOp = fusedGradient('siluGradient', kernels.siluGradient);

export const siluGradientRules = gradientRules(siluGradientOp, (direction, x) => {
  // With s = sigmoid(x): silu' = s + x s (1 - s), silu'' = s (1 - s) (2 + x (1 - 2 s)).
  const s = sigmoid(x);
  return mul(sigmoidGradient(direction, s), add(mul(x, sub(1, mul(s, 2))), 2));
});

/** direction * silu'(x). */
export function siluGradient(direction: Tensor, x: Tensor): Tensor {
  return applyOne(siluGradientOp, [direction, x], []);
}

const siluOp = pointwise('silu', kernels.siluMap);

export const siluRules = lateRules(
  siluOp,
  diagonal((direction, x) => siluGradient(direction, x)),
);

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
export function silu(x: Operand): Tensor {
  return unary(siluOp, x);
}
