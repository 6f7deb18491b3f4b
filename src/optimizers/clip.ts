import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { zeros } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Clip } from './rule.js';

/** The sum of squares (f64), then the factor (f32), in units of four bytes. */
export const CLIP_CELLS = 3;

/** Emits the sum of squares of all gradients, to an f64 cell. */
function addSquares(gradients: readonly Tensor[], sum: number): void {
  gradients.forEach((gradient, i) => call(kernels.sumSquares, gradient.pointer(), sum, gradient.size, i === 0 ? 0 : 1));
}

/** Emits the Euclidean norm of all gradients taken together, to an f32 cell. */
export function normOf(gradients: readonly Tensor[], cell: number): void {
  const sum = zeros([2]);
  addSquares(gradients, sum.pointer());
  call(kernels.rootOfCell, sum.pointer(), cell);
}

/** Emits the clipping of all gradients, in place: by value first, then by their common norm. */
export function clipGradients(
  gradients: readonly Tensor[],
  { clipNorm, clipValue }: Clip,
  cells: Tensor | undefined,
): void {
  if (clipValue !== undefined) {
    for (const gradient of gradients) {
      const pointer = gradient.pointer();
      call(kernels.clipMap, pointer, pointer, -clipValue, clipValue, 0, gradient.size);
    }
  }
  if (clipNorm === undefined || !cells) return;
  const sum = cells.pointer();
  const factor = sum + 8;
  addSquares(gradients, sum);
  call(kernels.clipFactor, sum, factor, clipNorm);
  for (const gradient of gradients) call(kernels.scaleByCell, gradient.pointer(), factor, 0, gradient.size);
}
