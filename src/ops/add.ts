import * as kernels from '../runtime/generated/kernels.js';
import { applyOne, type Op } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';
import { broadcastMaybe, sumTo } from './broadcast.js';
import { nth, only } from './support/arguments.js';
import { forwardBroadcast, inferBroadcast } from './support/constructors.js';
import { withOperands, type Operand } from './support/operands.js';

const variants = { f32: kernels.addBroadcast, i32: kernels.addI32 } as const;

const addOp: Op<undefined> = {
  name: 'add',
  infer: inferBroadcast('add', variants, 'same'),
  forward: forwardBroadcast(variants),
  rules: {
    vjp: ({ inputs, needs }, [cotangent]) =>
      inputs.map((input, i) => (cotangent && needs[i] ? sumTo(cotangent, input.shape) : undefined)),
    jvp: ({ outputs }, [da, db]) => {
      const tangent = da && db ? add(da, db) : (da ?? db);
      return [broadcastMaybe(tangent, only(outputs))];
    },
    saves: { inputs: false },
  },
};

/**
 * a + b, broadcast.
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { add, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(add(tensor([[1, 2], [3, 4]]), tensor([10, 20])).toArray()); // [[11, 22], [13, 24]]
 * ```
 */
export function add(a: Operand, b: Operand): Tensor {
  return withOperands('add', [a, b], (pair) => applyOne(addOp, [nth(pair, 0), nth(pair, 1)], undefined));
}
