// Picking elements by indices of their own and adding elements at such positions, which are adjoint to each other.
import { refuse, ShapeError } from '../core/errors.js';
import { checkAxis, sameShape, shapeText, type Shape } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { broadcastTo } from './broadcast.js';
import { only } from './support/arguments.js';
import { composing } from './support/composing.js';
import { checkIndices } from './support/indices.js';
import { checkDType, checkTensor } from './support/operands.js';
import { runOf } from './support/reducing.js';

type Indexed<D extends DType = 'f32'> = readonly [x: Tensor<D>, indices: Tensor<'i32'>];

const takeOp: Op<number, Indexed<DType>, DType> = {
  name: 'takeAlongAxis',
  infer: ([x, indices]) => [{ shape: indices.shape, dtype: x.dtype }],
  forward: (inputs, outputs, axis) => {
    const [[x, indices], y] = [inputs, only(outputs)];
    const { length: count, inner } = runOf(indices.shape, axis, axis);
    if (y.size === 0) return;
    call(kernels.takeAlong, x.pointer(), indices.pointer(), y.pointer(), x.shape[axis] ?? 0, count, inner, 0, y.size);
  },
  rules: {
    vjp: ({ inputs, attributes: axis }, [cotangent]) => {
      const [x, indices] = inputs;
      return [cotangent && applyOne(addOp, [cotangent, indices], { shape: x.shape, axis })];
    },
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && take(tangent, inputs[1], attributes)],
  },
};

interface Target {
  readonly shape: Shape;
  readonly axis: number;
}

const addOp: Op<Target, Indexed> = {
  name: 'scatterAlongAxis',
  infer: (_, { shape }) => [{ shape, dtype: 'f32' }],
  forward: (inputs, outputs, { shape, axis }) => {
    const [[dy, indices], dx] = [inputs, only(outputs)];
    const { outer, length, inner } = runOf(shape, axis, axis);
    const count = indices.shape[axis] ?? 0;
    call(kernels.fill, dx.pointer(), 0, 0, dx.size);
    if (dx.size === 0 || count === 0) return;
    call(kernels.scatterAlong, dy.pointer(), indices.pointer(), dx.pointer(), length, count, inner, 0, outer * inner);
  },
  rules: {
    vjp: ({ inputs, attributes: { axis } }, [cotangent]) => [cotangent && take(cotangent, inputs[1], axis)],
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && applyOne(addOp, [tangent, inputs[1]], attributes)],
  },
};

/** `takeAlongAxis` without checks. */
export function take<D extends DType>(x: Tensor<D>, indices: Tensor<'i32'>, axis: number): Tensor<D> {
  return checkDType('takeAlongAxis', applyOne(takeOp, [x, indices], axis), x.dtype);
}

/** x repeated along its axes of size 1 to the sizes of another shape, apart from one axis. */
function spread<D extends DType>(x: Tensor<D>, other: Shape, axis: number): Tensor<D> {
  const shape = x.shape.map((size, i) => (size === 1 && i !== axis ? (other[i] ?? 1) : size));
  return sameShape(shape, x.shape) ? x : broadcastTo(x, shape);
}

/**
 * Elements of x along an axis, by an index for each element of the result: `y[i, j] = x[i, indices[i, j]]` for the last of two
 * axes. `argsort` gives such indices. The other axes broadcast (NumPy).
 *
 * @param x f32 or i32 [..., n, ...]
 * @param indices i32 with as many axes as x, of any size along this one, each 0..n-1
 * @param axis default -1
 * @throws ShapeError; RangeError for an axis or index out of range (while a program is recorded indices are not known; then
 *   the result is NaN); DTypeError
 * @example
 * ```ts
 * import { init, takeAlongAxis, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * const indices = tensor([[2, 0], [1, 1]], [2, 2], 'i32');
 * console.log(takeAlongAxis(x, indices).toArray()); // [[3, 1], [5, 5]]
 * ```
 */
export function takeAlongAxis<D extends DType>(x: Tensor<D>, indices: Tensor<'i32'>, axis = -1): Tensor<D> {
  checkTensor('takeAlongAxis', x);
  const at = checkAxis('takeAlongAxis', axis, x.shape.length);
  const checked = checkIndices('takeAlongAxis', indices, x.shape[at] ?? 0);
  const same = (size: number, i: number): boolean => i === at || size === x.shape[i];
  const fits = (size: number, i: number): boolean => same(size, i) || size === 1 || x.shape[i] === 1;
  if (checked.shape.length !== x.shape.length || !checked.shape.every(fits)) {
    const expected = `indices that broadcast with ${shapeText(x.shape)} along all axes but ${at}`;
    refuse(ShapeError, 'takeAlongAxis', expected, checked.shape);
  }
  if (checked.shape.every(same)) return take(x, checked, at);
  return composing('takeAlongAxis', () => take(spread(x, checked.shape, at), spread(checked, x.shape, at), at));
}
