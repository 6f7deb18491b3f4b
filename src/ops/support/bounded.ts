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
 * x clipped to the range outside which an expression in x is constant, so that factors of the expression stay finite.
 * Gradients pass as if nothing had been clipped, since the expression's derivative is 0 there.
 */
export function bounded(x: Tensor, min: number, max: number): Tensor {
  return applyOne(boundedOp, [x], [min, max]);
}
