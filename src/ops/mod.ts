import { addMaybe } from '../autodiff/linear.js';
import type { SameTypeOp, Tensors } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { broadcastMaybe, sumTo } from './broadcast.js';
import { floorDivide } from './floorDivide.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { nth, only } from './support/arguments.js';
import { binary, forwardBroadcast, inferBroadcast } from './support/constructors.js';
import { checkDType, type Operand } from './support/operands.js';

const variants = { f32: kernels.modBroadcast, i32: kernels.modI32 } as const;

/** mod(a, b) = a - b floor(a / b), and the floor is constant: d/db = -floor(a / b). */
function byDivisor(direction: Tensor, inputs: Tensors): Tensor {
  const at = (i: number): Tensor => checkDType('mod', nth(inputs, i), 'f32');
  return neg(mul(direction, floorDivide(at(0), at(1))));
}

const modOp: SameTypeOp<undefined> = {
  name: 'mod',
  infer: inferBroadcast('mod', variants),
  forward: forwardBroadcast(variants),
  rules: {
    vjp: ({ inputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      return [
        needs[0] ? sumTo(cotangent, nth(inputs, 0).shape) : undefined,
        needs[1] ? sumTo(byDivisor(cotangent, inputs), nth(inputs, 1).shape) : undefined,
      ];
    },
    jvp: ({ inputs, outputs }, [da, db]) => [
      addMaybe(broadcastMaybe(da, only(outputs)), broadcastMaybe(db && byDivisor(db, inputs), only(outputs))),
    ],
  },
};

/**
 * The remainder a - b floor(a / b), broadcast, exact, with the sign of b (NumPy's `mod`, Python's `%`), for f32 and i32. For
 * b = 0 it is NaN in f32 and 0 in i32. Its derivatives are 1 by a and -floor(a / b) by b.
 *
 * @throws ShapeError, DTypeError when the operands differ in type, DisposedError
 * @example
 * ```ts
 * import { init, mod, tensor } from 'wasmgrad';
 * await init();
 * console.log(mod(tensor([7, -7]), 3).toArray()); // [1, 2]
 * ```
 */
export function mod<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary<D, D>(modOp, a, b);
}
