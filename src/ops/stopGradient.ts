import { applyOne, type SameTypeOp } from '../autodiff/op.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkTensor } from './support/operands.js';

const stopOp: SameTypeOp<undefined> = {
  name: 'stopGradient',
  infer: (inputs) => [only(inputs)],
  rules: 'nonDifferentiable',
};

/**
 * x as a constant: derivatives of every order and mode are 0. No copy: memory is shared.
 *
 * @param x f32 or i32
 * @throws TypeError, DisposedError
 * @example
 * ```ts
 * import { grad, init, mul, stopGradient, tensor } from 'wasmgrad';
 * await init();
 * console.log(grad((x) => mul(x, stopGradient(x)))(tensor(3)).item()); // 3
 * ```
 */
export function stopGradient<D extends DType>(x: Tensor<D>): Tensor<D> {
  return applyOne(stopOp, [checkTensor('stopGradient', x)], undefined);
}
