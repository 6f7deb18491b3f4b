import { addMaybe } from '../autodiff/linear.js';
import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { sumTo } from './broadcast.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { square } from './square.js';
import { nth } from './support/arguments.js';
import { binary, forwardBroadcast, inferBroadcast } from './support/constructors.js';
import type { Operand } from './support/operands.js';

const variants = { f32: kernels.atan2Broadcast } as const;

// With r^2 = x^2 + y^2: d/dy = x / r^2, d/dx = -y / r^2.
const byY = (direction: Tensor, y: Tensor, x: Tensor): Tensor => div(mul(direction, x), add(square(x), square(y)));
const byX = (direction: Tensor, y: Tensor, x: Tensor): Tensor => neg(byY(direction, x, y));

const atan2Op: Op<undefined> = {
  name: 'atan2',
  infer: inferBroadcast('atan2', variants),
  forward: forwardBroadcast(variants),
  rules: {
    vjp: ({ inputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [y, x] = [nth(inputs, 0), nth(inputs, 1)];
      return [
        needs[0] ? sumTo(byY(cotangent, y, x), y.shape) : undefined,
        needs[1] ? sumTo(byX(cotangent, y, x), x.shape) : undefined,
      ];
    },
    jvp: ({ inputs }, [dy, dx]) => {
      const [y, x] = [nth(inputs, 0), nth(inputs, 1)];
      return [addMaybe(dy && byY(dy, y, x), dx && byX(dx, y, x))];
    },
  },
};

/**
 * The angle in [-pi, pi] of the point (x, y), broadcast: atan(y / x) in the right quadrant. Its derivatives are x / (x^2 + y^2)
 * by y and -y / (x^2 + y^2) by x.
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { atan2, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(atan2(tensor([0, 1]), tensor([1, 0])).toArray()); // [0, 1.5707963705062866]
 * ```
 */
export function atan2(y: Operand, x: Operand): Tensor {
  return binary(atan2Op, y, x);
}
