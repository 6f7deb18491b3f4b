import { applyOne, type Op } from '../../autodiff/op.js';
import * as kernels from '../../runtime/generated/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { elementwise } from './elementwise.js';

const boundedOp: Op<[min: number, max: number]> = elementwise<[min: number, max: number]>(
  'bounded',
  kernels.clipMap,
  (direction) => direction,
  'nothing',
);

/**
 * x limited to where an expression in x is not constant yet, which keeps its factors finite. Gradients pass as if nothing
 * had been limited: the expression's derivative is 0 there.
 */
export function bounded(x: Tensor, min: number, max: number): Tensor {
  return applyOne(boundedOp, [x], [min, max]);
}
