import { refuse } from '../../core/errors.js';
import { valuesKnown } from '../../autodiff/op.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import { checkDType, checkTensor } from './operands.js';

/** Checks that a tensor holds indices 0..count-1. While a program is recorded, values cannot be checked. */
export function checkIndices(where: string, indices: Tensor<DType>, count: number, what = 'indices'): Tensor<'i32'> {
  const checked = checkDType(where, checkTensor(where, indices, `${what} to be a tensor`), 'i32');
  if (!valuesKnown()) return checked;
  const bad = checked.data().find((index) => index < 0 || index >= count);
  if (bad !== undefined) refuse(RangeError, where, `${what} in 0..${count - 1}`, bad);
  return checked;
}
