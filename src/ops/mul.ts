import { MUL } from '../runtime/generated/layout.js';
import type { SameTypeOp } from '../autodiff/op.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { arithmetic, binary, bilinear, forwardBroadcast, inferBroadcast } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const variants = { ...arithmetic, operation: MUL } as const;

const infer = inferBroadcast('mul', variants);
const forward = forwardBroadcast(variants);

const ofFloats = bilinear<undefined>({
  name: 'mul',
  infer,
  forward,
  left: (cotangent, a, b) => sumTo(mul(cotangent, b), a.shape),
  right: (cotangent, a, b) => sumTo(mul(cotangent, a), b.shape),
});

/** The rules of the product. */
export const mulRules = ofFloats.rules;

const mulOp: SameTypeOp<undefined> = { ...ofFloats, infer, forward };

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
export function mul<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary<D, D>(mulOp, a, b);
}
