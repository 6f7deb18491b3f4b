import { applyOne, type Op } from '../../autodiff/op.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { call } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { nth, only } from './arguments.js';

declare module '../../autodiff/op.js' {
  interface RuleAttributes {
    times: undefined;
  }
}

const timesOp: Op<undefined> = {
  name: 'times',
  infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
  forward: (inputs, outputs) => {
    const y = only(outputs);
    call(kernels.productMap, only(inputs).pointer(), nth(inputs, 1).pointer(), y.pointer(), 0, y.size);
  },
  rules: (table) => table.times,
};

/**
 * a b of equal shapes, for activations: `mul` would add broadcasting and its gradient kernels to every page with
 * layers.
 */
export function times(a: Tensor, b: Tensor): Tensor {
  return applyOne(timesOp, [a, b], undefined);
}
