import type { Tensor } from '../../tensors/tensor.js';

/** The first of an op's inputs or outputs, which its shape rule has made sure of. */
export function only(tensors: readonly Tensor[]): Tensor {
  return nth(tensors, 0);
}

/** An op's input or output by position. */
export function nth(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (!tensor) throw new Error(`op: expected at least ${index + 1} tensors, got ${tensors.length}`);
  return tensor;
}
