import type { Tensor } from '../../tensors/tensor.js';
import { equal } from '../equal.js';
import { sqrt } from '../sqrt.js';
import { where } from '../where.js';

/** The square root whose derivatives of every order are 0 at 0, where those of a length or a deviation are chosen so. */
export function rootOrZero(x: Tensor): Tensor {
  const zero = equal(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}
