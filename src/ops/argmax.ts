import { onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { checkAxis, sizeOf } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { neg } from './neg.js';
import { only } from './support/arguments.js';
import { checkDType, checkTensor } from './support/operands.js';
import { runOf } from './support/reducing.js';

/** Attribute: the axis, or undefined for the flat index. */
const argmaxOp: Op<number | undefined, readonly Tensor[], 'i32'> = {
  name: 'argmax',
  infer: (inputs, axis) => {
    const { shape } = only(inputs);
    return [{ shape: axis === undefined ? [] : shape.filter((_, i) => i !== axis), dtype: 'i32' }];
  },
  forward: (inputs, outputs, axis) => {
    const [x, y] = [only(inputs), only(outputs)];
    const flat = { outer: 1, length: sizeOf(x.shape), inner: 1 };
    const { outer, length, inner } = axis === undefined ? flat : runOf(x.shape, axis, axis);
    call(kernels.argmaxReduce, x.pointer(), y.pointer(), outer, length, inner, 0, outer * inner);
  },
  rules: 'nonDifferentiable',
};

/** Checks that there is an element to choose along an axis; returns the axis, or undefined for the flat array. */
function checkChoice(where: string, x: Tensor, axis: number | undefined): number | undefined {
  checkDType(where, checkTensor(where, x), 'f32');
  const at = axis === undefined ? undefined : checkAxis(where, axis, x.shape.length);
  if ((at === undefined ? x.size : x.shape[at]) === 0) {
    refuse(ShapeError, where, 'at least one element to choose from', x.shape);
  }
  return at;
}

/**
 * Index of the largest element along an axis, the first one at ties; NaN counts as largest (NumPy).
 *
 * @param x f32
 * @param axis default: the index into the flat array
 * @returns i32, without that axis
 * @throws ShapeError for an empty axis; RangeError, DTypeError
 * @example
 * ```ts
 * import { argmax, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(argmax(tensor([[1, 3, 2], [9, 0, 9]]), 1).toArray()); // [1, 0]
 * ```
 */
export function argmax(x: Tensor, axis?: number): Tensor<'i32'> {
  return applyOne(argmaxOp, [x], checkChoice('argmax', x, axis));
}

/**
 * Index of the smallest element along an axis, the first one at ties; NaN counts as smallest (NumPy).
 *
 * @param x f32
 * @param axis default: the index into the flat array
 * @returns i32, without that axis
 * @throws ShapeError for an empty axis; RangeError, DTypeError
 * @example
 * ```ts
 * import { argmin, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(argmin(tensor([[1, 3, 2], [9, 0, 9]]), 1).toArray()); // [0, 1]
 * ```
 */
export function argmin(x: Tensor, axis?: number): Tensor<'i32'> {
  const at = checkChoice('argmin', x, axis);
  return onBehalfOf('argmin', () =>
    scoped(
      () => applyOne(argmaxOp, [neg(x)], at),
      (y) => [y],
    ),
  );
}
