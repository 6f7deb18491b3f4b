// Picking entries along an axis and adding them back where they came from: each is the other's adjoint.
import { checkAxis, checkShape, sizeOf, type Shape } from '../core/shapes.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call, callNamed } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { nth, only } from './support/arguments.js';
import { checkIndices } from './support/indices.js';
import { checkTensor } from './support/operands.js';

const around = (shape: Shape, axis: number) => ({
  outer: sizeOf(shape.slice(0, axis)),
  axisSize: shape[axis] ?? 0,
  inner: sizeOf(shape.slice(axis + 1)),
});

const gatherOp: Op<number> = {
  name: 'gather',
  infer: (inputs, axis) => {
    const [x, indices] = [nth(inputs, 0), nth(inputs, 1)];
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return [{ shape: checkShape('gather', shape), dtype: x.dtype }];
  },
  forward: (inputs, outputs, axis) => {
    const [x, indices, y] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
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
      const [x, indices] = [nth(inputs, 0), nth(inputs, 1)];
      return [cotangent && applyOne(scatterOp, [cotangent, indices], { shape: x.shape, axis })];
    },
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && applyOne(gatherOp, [tangent, nth(inputs, 1)], attributes)],
  },
};

interface Target {
  readonly shape: Shape;
  readonly axis: number;
}

const scatterOp: Op<Target> = {
  name: 'scatterAdd',
  infer: (_, { shape }) => [{ shape, dtype: 'f32' }],
  forward: (inputs, outputs, { shape, axis }) => {
    const [dy, indices, dx] = [nth(inputs, 0), nth(inputs, 1), only(outputs)];
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
    vjp: ({ inputs, attributes: { axis } }, [cotangent]) => [
      cotangent && applyOne(gatherOp, [cotangent, nth(inputs, 1)], axis),
    ],
    jvp: ({ inputs, attributes }, [tangent]) => [tangent && applyOne(scatterOp, [tangent, nth(inputs, 1)], attributes)],
  },
};

/**
 * Entries of x along an axis, by index; the indices' axes take the place of that axis.
 *
 * @param x f32 or i32 [..., n, ...]
 * @param indices i32, any shape, each 0..n-1
 * @param axis default 0
 * @throws RangeError for an axis or index out of range (while a program is recorded indices are not known: NaN then); DTypeError, ShapeError
 * @example
 * ```ts
 * import { gather, init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2], [3, 4], [5, 6]]);
 * console.log(gather(x, tensor([2, 0], [2], 'i32')).toArray()); // [[5, 6], [1, 2]]
 * ```
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  checkTensor('gather', x);
  const at = checkAxis('gather', axis, x.shape.length);
  return applyOne(gatherOp, [x, checkIndices('gather', indices, x.shape[at] ?? 0)], at);
}
