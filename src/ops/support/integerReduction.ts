import type { SameTypeOp } from '../../autodiff/op.js';
import { only } from './arguments.js';
import { reduceAxes, type ReduceKernel } from './reducing.js';
import type { Reduction } from './reduction.js';

/** A reduction of i32, which has no derivative. */
export function integerReduction(name: string, kernel: ReduceKernel): SameTypeOp<Reduction> {
  return {
    name,
    infer: (inputs, { out }) => [{ shape: out, dtype: only(inputs).dtype }],
    forward: (inputs, outputs, { axes }) => {
      reduceAxes(kernel, only(inputs), only(outputs), axes);
    },
    rules: 'nonDifferentiable',
  };
}
