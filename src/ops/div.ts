import { addMaybe } from '../autodiff/linear.js';
import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { DIV } from '../runtime/generated/layout.js';
import type { Tensor } from '../tensors/tensor.js';
import { broadcastMaybe, sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { nth, only } from './support/arguments.js';
import { binary, forwardBroadcast, inferBroadcast } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const variants = { f32: kernels.arithmetic, operation: DIV } as const;

// y = a / b: dy/da = 1 / b, dy/db = -y / b.
const divOp: Op<undefined> = {
  name: 'div',
  infer: inferBroadcast('div', variants),
  forward: forwardBroadcast(variants),
  rules: {
    vjp: ({ inputs, outputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
      const toA = div(cotangent, b);
      return [
        needs[0] ? sumTo(toA, a.shape) : undefined,
        needs[1] ? mul(sumTo(mul(toA, only(outputs)), b.shape), -1) : undefined,
      ];
    },
    jvp: ({ inputs, outputs }, [da, db]) => {
      const [b, y] = [nth(inputs, 1), only(outputs)];
      const fromB = db && mul(div(mul(y, db), b), -1);
      return [addMaybe(broadcastMaybe(da && div(da, b), y), fromB)];
    },
    saves: { inputs: true, outputs: true },
  },
};

/**
 * a / b, broadcast, for f32.
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { div, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(div(tensor([1, 2, 3]), 2).toArray()); // [0.5, 1, 1.5]
 * ```
 */
export function div(a: Operand, b: Operand): Tensor {
  return binary(divOp, a, b);
}
