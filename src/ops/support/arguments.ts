import { nth } from '../../autodiff/op.js';
import type { Tensor } from '../../tensors/tensor.js';

export { nth };

/** The first of an op's inputs or outputs, which its shape rule has made sure of. */
export function only(tensors: readonly Tensor[]): Tensor {
  return nth(tensors, 0);
}
