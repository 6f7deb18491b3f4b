import * as kernels from '../runtime/generated/kernels.js';
import type { DifferentiableOp } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { binary, bilinear, forwardBroadcast, inferBroadcast } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const variants = { f32: kernels.mulBroadcast, i32: kernels.mulI32 } as const;

export const mulOp: DifferentiableOp<undefined> = bilinear({
  name: 'mul',
  infer: inferBroadcast('mul', variants, 'same'),
  forward: forwardBroadcast(variants),
  left: (cotangent, a, b) => sumTo(mul(cotangent, b), a.shape),
  right: (cotangent, a, b) => sumTo(mul(cotangent, a), b.shape),
});

/**
 * a * b, broadcast.
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, mul, tensor } from 'wasmgrad';
 * await init();
 * console.log(mul(tensor([1, 2, 3]), 2).toArray()); // [2, 4, 6]
 * ```
 */
export function mul(a: Operand, b: Operand): Tensor {
  return binary(mulOp, a, b);
}
