import { nth } from '../../autodiff/op.js';
import type { DType, Tensor } from '../../tensors/tensor.js';

export { nth };

/** The first of an op's inputs or outputs, whose existence its shape rule has checked. */
export function only<D extends DType>(tensors: readonly Tensor<D>[]): Tensor<D> {
  return nth(tensors, 0);
}
