import { wholeNumber } from '../core/checks.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { Tensor } from './tensor.js';

/** The numbers 0, 1, ..., n-1 as f32. @throws RangeError */
export function arange(n: number): Tensor {
  const out = Tensor.allocate([wholeNumber('arange', 'n', n, { min: 0 })], 'f32', 'arange');
  call(kernels.arangeF32, out.pointer(), 0, 1, 0, out.size);
  return out;
}
