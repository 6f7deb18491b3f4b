import type { Shape } from '../../core/shapes.js';
import { Tensor } from '../../tensors/tensor.js';

/** Lends `body` memory of a shape, and frees it however `body` ends: kernels may lack memory, or lose a thread. */
export function withScratch(shape: Shape, body: (scratch: Tensor) => void): void {
  const scratch = Tensor.allocate(shape);
  try {
    body(scratch);
  } finally {
    scratch.dispose();
  }
}
