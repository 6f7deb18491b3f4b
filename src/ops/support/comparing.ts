import type { Op, Spec, Tensors } from '../../autodiff/op.js';
import { forwardBroadcast, inferBroadcast, type BroadcastKernels } from './constructors.js';

/** An operation that returns 1 or 0 as f32. It is piecewise constant, so its derivative is 0. */
export function comparison(name: string, kernels: BroadcastKernels): Op<undefined, Tensors> {
  const infer = inferBroadcast(name, kernels);
  return {
    name,
    infer: (inputs) => infer(inputs, undefined).map(({ shape }): Spec => ({ shape, dtype: 'f32' })),
    forward: forwardBroadcast(kernels),
    rules: 'nonDifferentiable',
  };
}
