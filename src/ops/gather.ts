// Picking entries along an axis and adding entries at such positions, which are adjoint to each other.
import { checkAxis, checkShape, sizeOf, type Shape } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call, callNamed } from '../runtime/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { checkIndices } from './support/indices.js';
import { checkDType, checkTensor } from './support/operands.js';

const around = (shape: Shape, axis: number) => ({
  outer: sizeOf(shape.slice(0, axis)),
  axisSize: shape[axis] ?? 0,
  inner: sizeOf(shape.slice(axis + 1)),
});

type Indexed<D extends DType = 'f32'> = readonly [x: Tensor<D>, indices: Tensor<'i32'>];

const gatherOp: Op<number, Indexed<DType>, DType> = {
  name: 'gather',
  infer: (inputs, axis) => {
    const [x, indices] = inputs;
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return [{ shape: checkShape('gather', shape), dtype: x.dtype }];
  },
  forward: (inputs, outputs, axis) => {
    const [[x, indices], y] = [inputs, only(outputs)];
    const { outer, axisSize, inner } = around(x.shape, axis);
    const count = indices.size;
    if (y.size === 0) return;
    callNamed(kernels.gather, {
      x: x.pointer(),
      indices: indices.pointer(),
      y: y.pointer(),
      outer,
      axisSize,
      inner,
      count,
      end: outer * count,
    });
  },
  rules: {
    vjp: ({ inputs, attributes: axis }, [cotangent]) => {
      const [x, indices] = inputs;
      return [cotangent && applyOne(scatterOp, [cotangent, indices], { shape: x.shape, axis })];
    },
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && pick(tangent, inputs[1], attributes)],
  },
};

function pick<D extends DType>(x: Tensor<D>, indices: Tensor<'i32'>, axis: number): Tensor<D> {
  return checkDType('gather', applyOne(gatherOp, [x, indices], axis), x.dtype);
}

interface Target {
  readonly shape: Shape;
  readonly axis: number;
}

/** The sum of the entries of `dy` at their indices along an axis of zeros: the adjoint of `gather`. */
export function scatter(dy: Tensor, indices: Tensor<'i32'>, target: Target): Tensor {
  return applyOne(scatterOp, [dy, indices], target);
}

const scatterOp: Op<Target, Indexed> = {
  name: 'scatterAdd',
  infer: (_, { shape }) => [{ shape, dtype: 'f32' }],
  forward: (inputs, outputs, { shape, axis }) => {
    const [[dy, indices], dx] = [inputs, only(outputs)];
    const { outer, axisSize, inner } = around(shape, axis);
    call(kernels.fill, dx.pointer(), 0, 0, dx.size);
    if (dx.size === 0) return;
    callNamed(kernels.scatterAdd, {
      dy: dy.pointer(),
      indices: indices.pointer(),
      dx: dx.pointer(),
      outer,
      axisSize,
      inner,
      count: indices.size,
      end: outer * inner,
    });
  },
  rules: {
    vjp: ({ inputs, attributes: { axis } }, [cotangent]) => [cotangent && pick(cotangent, inputs[1], axis)],
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && applyOne(scatterOp, [tangent, inputs[1]], attributes)],
  },
};

/**
 * Entries of x along an axis, by index. The axes of `indices` replace that axis.
 *
 * @param x f32 or i32 [..., n, ...]
 * @param indices i32, any shape, each 0..n-1
 * @param axis default 0
 * @throws RangeError for an axis or index out of range (while a program is recorded indices are not known; then the
 *   result is NaN); DTypeError, ShapeError
 * @example
 * ```ts
 * import { gather, init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2], [3, 4], [5, 6]]);
 * console.log(gather(x, tensor([2, 0], [2], 'i32')).toArray()); // [[5, 6], [1, 2]]
 * ```
 */
export function gather<D extends DType>(x: Tensor<D>, indices: Tensor<'i32'>, axis = 0): Tensor<D> {
  checkTensor('gather', x);
  const at = checkAxis('gather', axis, x.shape.length);
  return pick(x, checkIndices('gather', indices, x.shape[at] ?? 0), at);
}
