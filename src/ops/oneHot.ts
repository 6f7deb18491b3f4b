import { wholeNumber } from '../core/checks.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkIndices } from './support/indices.js';

const oneHotOp: Op<number, readonly Tensor<'i32'>[]> = {
  name: 'oneHot',
  infer: (inputs, depth) => [{ shape: [...only(inputs).shape, depth], dtype: 'f32' }],
  forward: (inputs, outputs, depth) => {
    const indices = only(inputs);
    if (indices.size * depth === 0) return;
    call(kernels.oneHot, indices.pointer(), only(outputs).pointer(), indices.size, depth, 0, indices.size);
  },
  rules: 'nonDifferentiable',
};

/**
 * Rows of zeros with a one at each index.
 *
 * @param indices i32 [...], each 0..depth-1
 * @param depth length of the new last axis
 * @returns f32 [..., depth]
 * @throws RangeError for an index out of range (while a program is recorded indices are not known; then the row is
 *   zero); DTypeError
 * @example
 * ```ts
 * import { init, oneHot, tensor } from 'wasmgrad';
 * await init();
 * console.log(oneHot(tensor([2, 0], [2], 'i32'), 3).toArray()); // [[0, 0, 1], [1, 0, 0]]
 * ```
 */
export function oneHot(indices: Tensor<'i32'>, depth: number): Tensor {
  wholeNumber('oneHot', 'depth', depth, { min: 0 });
  return applyOne(oneHotOp, [checkIndices('oneHot', indices, depth)], depth);
}
