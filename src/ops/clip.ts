import { show } from '../core/checks.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { equal } from './equal.js';
import { elementwise } from './support/elementwise.js';
import { checkTensor } from './support/operands.js';
import { where } from './where.js';

const clipOp: Op<[min: number, max: number]> = elementwise<[min: number, max: number]>(
  'clip',
  kernels.clipMap,
  (direction, x, y) => where(equal(x, y), direction, 0),
  'xy',
);

function checkBound(what: string, value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`clip: expected ${what} to be a number, got ${show(value)}`);
  if (Number.isNaN(value)) throw new RangeError(`clip: expected ${what} to be a number, got NaN`);
  return value;
}

/**
 * x limited to [min, max]; NaN stays NaN. The derivative is 1 inside and at the bounds, 0 outside (as PyTorch).
 *
 * @param min may be -Infinity
 * @param max may be Infinity
 * @throws RangeError when min > max, TypeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { clip, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(clip(tensor([-2, 0.5, 7]), 0, 1).toArray()); // [0, 0.5, 1]
 * ```
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  checkTensor('clip', x);
  checkBound('min', min);
  checkBound('max', max);
  if (min > max) throw new RangeError(`clip: expected min <= max, got ${min} and ${max}`);
  return applyOne(clipOp, [x], [min, max]);
}
