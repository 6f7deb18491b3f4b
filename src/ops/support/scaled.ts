import { applyOne, type Op } from '../../autodiff/op.js';
import * as kernels from '../../runtime/generated/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { elementwise } from './elementwise.js';

const scaledOp: Op<[factor: number, offset: number]> = elementwise<[factor: number, offset: number]>(
  'scaled',
  kernels.scaleMap,
  (direction, _, __, factor) => scaled(direction, factor),
  'nothing',
);

/** x * factor + offset, for activations: `mul` and `add` would add broadcasting to every page with layers. */
export function scaled(x: Tensor, factor: number, offset = 0): Tensor {
  return applyOne(scaledOp, [x], [factor, offset]);
}
