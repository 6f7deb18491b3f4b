import { wholeNumber } from '../core/checks.js';
import { onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { checkShape } from '../core/shapes.js';
import type { Tensor } from '../tensors/tensor.js';
import { scatter } from './gather.js';
import { checkIndices } from './support/indices.js';
import { checkDType, checkTensor } from './support/operands.js';

/**
 * Sums of the entries along the first axis that belong to the same segment; 0 for a segment without entries.
 *
 * @param x f32 [n, ...]
 * @param segments i32 [n], each 0..count-1, in any order
 * @param count number of segments
 * @returns f32 [count, ...]
 * @throws ShapeError; RangeError for a segment out of range (while a program is recorded segments are not known; then such
 *   entries are ignored); DTypeError, TypeError
 * @example
 * ```ts
 * import { init, segmentSum, tensor } from 'wasmgrad';
 * await init();
 * const segments = tensor([0, 0, 2], [3], 'i32');
 * console.log(segmentSum(tensor([1, 2, 3]), segments, 3).toArray()); // [3, 0, 3]
 * ```
 */
export function segmentSum(x: Tensor, segments: Tensor<'i32'>, count: number): Tensor {
  const { shape } = checkDType('segmentSum', checkTensor('segmentSum', x), 'f32');
  wholeNumber('segmentSum', 'count', count, { min: 0 });
  const checked = checkIndices('segmentSum', segments, count, 'segments');
  if (shape.length === 0 || checked.shape.length !== 1 || checked.shape[0] !== shape[0]) {
    refuse(ShapeError, 'segmentSum', `a segment for each entry of [${shape.join(', ')}]`, checked.shape);
  }
  const target = checkShape('segmentSum', [count, ...shape.slice(1)]);
  return onBehalfOf('segmentSum', () => scatter(x, checked, { shape: target, axis: 0 }));
}
