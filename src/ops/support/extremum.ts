// The larger and the smaller of two operands: one pair of rules, with the roles of the comparison exchanged.
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

/** The part of the derivative that goes to the operand that should be `larger`: 1, a half at ties, else 0. */
export function share(larger: Tensor, smaller: Tensor): Tensor {
  return add(greater(larger, smaller), mul(equal(larger, smaller), 0.5));
}

/** The op whose gradient goes to its operands by `sharesOf`. */
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
