import * as kernels from '../runtime/generated/kernels.js';
import { applyOne, type Op } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { broadcastMaybe, sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { nth, only } from './support/arguments.js';
import { forwardBroadcast, inferBroadcast } from './support/constructors.js';
import { withOperands, type Operand } from './support/operands.js';

const variants = { f32: kernels.subBroadcast, i32: kernels.subI32 } as const;

const subOp: Op<undefined> = {
  name: 'sub',
  infer: inferBroadcast('sub', variants, 'same'),
  forward: forwardBroadcast(variants),
  rules: {
    vjp: ({ inputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
      return [
        needs[0] ? sumTo(cotangent, a.shape) : undefined,
        needs[1] ? mul(sumTo(cotangent, b.shape), -1) : undefined, // summed first: the smaller tensor is negated
      ];
    },
    jvp: ({ outputs }, [da, db]) => {
      const tangent = da && db ? sub(da, db) : (da ?? (db && mul(db, -1)));
      return [broadcastMaybe(tangent, only(outputs))];
    },
    saves: { inputs: false },
  },
};

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
export function sub(a: Operand, b: Operand): Tensor {
  return withOperands('sub', [a, b], (pair) => applyOne(subOp, pair, undefined));
}
