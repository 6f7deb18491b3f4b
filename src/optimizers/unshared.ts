import { copyOf } from '../tensors/copying.js';
import type { Tensor } from '../tensors/tensor.js';

/**
 * The gradients, with copies of those that share their memory with another tensor: that of `a + b` by a is the one by b,
 * and what is done to one in place would be done to both.
 */
export function unshared(gradients: readonly Tensor[]): readonly Tensor[] {
  return gradients.map((gradient) => (gradient.shared ? copyOf(gradient) : gradient));
}
