import { refuse } from '../core/errors.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { valuesKnown } from '../autodiff/op.js';
import type { Tensor } from '../tensors/tensor.js';

/** Labels -1 and 1 unchanged, and 0 as -1: t^2 + t - 1. @throws RangeError for other labels where values are known */
export function signsOf(where: string, target: Tensor): Tensor {
  if (valuesKnown())
    for (const label of target.data())
      if (label !== 0 && Math.abs(label) !== 1) refuse(RangeError, where, 'labels -1 and 1, or 0 and 1', label);
  return sub(add(mul(target, target), target), 1);
}
