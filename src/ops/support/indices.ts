import { refuse } from '../../core/errors.js';
import { valuesKnown } from '../../autodiff/op.js';
import type { Tensor } from '../../tensors/tensor.js';
import { checkDType, checkTensor } from './operands.js';

/** Checks that a tensor holds indices 0..count-1; the values only when nothing is being recorded. */
export function checkIndices(where: string, indices: Tensor, count: number, what = 'indices'): Tensor {
  checkDType(where, checkTensor(where, indices, `${what} to be a tensor`), 'i32');
  if (!valuesKnown()) return indices;
  const bad = indices.data().find((index) => index < 0 || index >= count);
  if (bad !== undefined) refuse(RangeError, where, `${what} in 0..${count - 1}`, bad);
  return indices;
}
