// The larger and the smaller of two operands. Their rules differ only in the direction of the comparison.
import { addMaybe } from '../../autodiff/linear.js';
import type { SameTypeOp, Tensors } from '../../autodiff/op.js';
import type { Tensor } from '../../tensors/tensor.js';
import { add } from '../add.js';
import { sumTo } from '../broadcast.js';
import { equal } from '../equal.js';
import { greater } from '../greater.js';
import { mul } from '../mul.js';
import { nth } from './arguments.js';
import { checkDType } from './operands.js';
import { forwardBroadcast, inferBroadcast, type BroadcastKernels } from './constructors.js';

/** The share of the derivative for the operand `larger`: 1 where it is larger, 1/2 where they are equal, else 0. */
export function share(larger: Tensor, smaller: Tensor): Tensor {
  return add(greater(larger, smaller), mul(equal(larger, smaller), 0.5));
}

/** The op; `sharesOf` gives each operand's share of the gradient. */
export function extremum(
  name: string,
  kernels: BroadcastKernels,
  sharesOf: (a: Tensor, b: Tensor) => [Tensor, Tensor],
): SameTypeOp<undefined> {
  const at = (inputs: Tensors, i: number): Tensor => checkDType(name, nth(inputs, i), 'f32');
  return {
    name,
    infer: inferBroadcast(name, kernels),
    forward: forwardBroadcast(kernels),
    rules: {
      vjp: ({ inputs, needs }, [cotangent]) => {
        if (!cotangent) return [];
        const shares = sharesOf(at(inputs, 0), at(inputs, 1));
        return inputs.map((input, i) => (needs[i] ? sumTo(mul(cotangent, nth(shares, i)), input.shape) : undefined));
      },
      jvp: ({ inputs }, [da, db]) => {
        const [toA, toB] = sharesOf(at(inputs, 0), at(inputs, 1));
        return [addMaybe(da && mul(da, toA), db && mul(db, toB))];
      },
    },
  };
}
