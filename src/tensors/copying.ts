import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { Tensor, type DType } from './tensor.js';

/** Writes the elements of one tensor into another of the same size. */
export function copyInto(from: Tensor<DType>, to: Tensor<DType>): void {
  call(kernels.copyBytes, from.pointer(), to.pointer(), 4 * to.size);
}

/** A tensor with memory of its own. */
export function copyOf<D extends DType>(from: Tensor<D>): Tensor<D> {
  const copy = Tensor.allocate(from.shape, from.dtype);
  copyInto(from, copy);
  return copy;
}
