import { SUB } from '../runtime/generated/layout.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { signedSum } from './add.js';
import { arithmetic, binary } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const subOp = signedSum('sub', { ...arithmetic, operation: SUB }, -1);

/**
 * a - b, broadcast. Integers wrap at 32 bits.
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, sub, tensor } from 'wasmgrad';
 * await init();
 * console.log(sub(tensor([1, 2, 3]), 1).toArray()); // [0, 1, 2]
 * ```
 */
export function sub<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary<D, D>(subOp, a, b);
}
