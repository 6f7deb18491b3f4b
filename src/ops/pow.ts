import { addMaybe } from '../autodiff/linear.js';
import type { Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { broadcastMaybe, sumTo } from './broadcast.js';
import { equal } from './equal.js';
import { less } from './less.js';
import { log } from './log.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { nth, only } from './support/arguments.js';
import { binary, forwardBroadcast, inferBroadcast } from './support/constructors.js';
import type { Operand } from './support/operands.js';
import { where } from './where.js';

const variants = { f32: kernels.powBroadcast } as const;

/**
 * d a^b / da = b a^(b-1). Where a and b are both 0 this would be 0 * Infinity. There the exponent is set to 1, which
 * gives 0, so that x^2 can be differentiated at 0 any number of times.
 */
function byBase(direction: Tensor, a: Tensor, b: Tensor): Tensor {
  const exponent = where(mul(equal(a, 0), equal(b, 0)), 1, b);
  return mul(direction, mul(b, pow(a, sub(exponent, 1))));
}

/** d a^b / db = a^b log a, 0 where a = 0 and b >= 0 (as PyTorch). */
function byExponent(direction: Tensor, a: Tensor, b: Tensor, y: Tensor): Tensor {
  const flat = mul(equal(a, 0), sub(1, less(b, 0)));
  return mul(direction, mul(y, log(where(flat, 1, a))));
}

const powOp: Op<undefined> = {
  name: 'pow',
  infer: inferBroadcast('pow', variants),
  forward: forwardBroadcast(variants),
  rules: {
    vjp: ({ inputs, outputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [a, b] = [nth(inputs, 0), nth(inputs, 1)];
      return [
        needs[0] ? sumTo(byBase(cotangent, a, b), a.shape) : undefined,
        needs[1] ? sumTo(byExponent(cotangent, a, b, only(outputs)), b.shape) : undefined,
      ];
    },
    jvp: ({ inputs, outputs }, [da, db]) => {
      const [a, b, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
      return [addMaybe(broadcastMaybe(da && byBase(da, a, b), y), db && byExponent(db, a, b, y))];
    },
    saves: { inputs: true, outputs: true },
  },
};

/**
 * a to the power of b, broadcast, for f32; with the special cases of IEEE 754. A negative base with a fractional
 * exponent gives NaN.
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { init, pow, tensor } from 'wasmgrad';
 * await init();
 * console.log(pow(tensor([-1, 2, 3]), 2).toArray()); // [1, 4, 9]
 * ```
 */
export function pow(a: Operand, b: Operand): Tensor {
  return binary(powOp, a, b);
}
