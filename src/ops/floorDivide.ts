import type { SameTypeOp } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { binary, forwardBroadcast, inferBroadcast } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const variants = { f32: kernels.floorDivideBroadcast, i32: kernels.floorDivideI32 } as const;

const floorDivideOp: SameTypeOp<undefined> = {
  name: 'floorDivide',
  infer: inferBroadcast('floorDivide', variants),
  forward: forwardBroadcast(variants),
  rules: 'nonDifferentiable', // piecewise constant
};

/**
 * The largest whole number not above a / b, broadcast, for f32 and i32 (NumPy's `floor_divide`, Python's `//`). For b = 0
 * it is a / b in f32 and 0 in i32; NaN for infinite a. Its derivative is 0.
 *
 * @throws ShapeError, DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { floorDivide, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(floorDivide(tensor([7, -7]), 2).toArray()); // [3, -4]
 * ```
 */
export function floorDivide<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary<D, D>(floorDivideOp, a, b);
}
