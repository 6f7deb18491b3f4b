// Repeating along axes and adding up along them: each is the other's adjoint.
import { ShapeError } from '../core/errors.js';
import { broadcastShapes, checkShape, sameShape, shapeText, type Shape } from '../core/shapes.js';
import { applyOne, type Maybe, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { copyBroadcast } from './support/broadcasting.js';
import { checkTensor } from './support/operands.js';
import { reduceAxes } from './support/reducing.js';

const broadcastOp: Op<Shape> = {
  name: 'broadcastTo',
  infer: (inputs, shape) => [{ shape, dtype: only(inputs).dtype }],
  forward: (inputs, outputs) => {
    copyBroadcast(only(inputs), only(outputs));
  },
  rules: {
    vjp: ({ inputs }, [cotangent]) => [cotangent && sumTo(cotangent, only(inputs).shape)],
    jvp: ({ attributes }, [tangent]) => [tangent && broadcastTo(tangent, attributes)],
    saves: { inputs: false },
  },
};

const sumToOp: Op<Shape> = {
  name: 'sumTo',
  infer: (_, shape) => [{ shape, dtype: 'f32' }],
  forward: (inputs, outputs, shape) => {
    const x = only(inputs);
    const lead = x.shape.length - shape.length;
    const axes = x.shape.flatMap((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : []));
    reduceAxes(kernels.sumReduce, x, only(outputs), axes);
  },
  rules: {
    vjp: ({ inputs }, [cotangent]) => [cotangent && broadcastTo(cotangent, only(inputs).shape)],
    jvp: ({ attributes }, [tangent]) => [tangent && sumTo(tangent, attributes)],
    saves: { inputs: false },
  },
};

/**
 * x repeated to a larger shape, by NumPy's rules.
 *
 * @throws ShapeError when x does not broadcast to `shape`.
 * @example
 * ```ts
 * import { broadcastTo, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(broadcastTo(tensor([1, 2]), [2, 2]).toArray()); // [[1, 2], [1, 2]]
 * ```
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkTensor('broadcastTo', x);
  const target = checkShape('broadcastTo', shape);
  if (!sameShape(broadcastShapes('broadcastTo', x.shape, target), target)) {
    throw new ShapeError(
      `broadcastTo: expected a shape that ${shapeText(x.shape)} broadcasts to, got ${shapeText(target)}`,
    );
  }
  return applyOne(broadcastOp, [x], target);
}

/** The adjoint of broadcasting: x summed over the axes along which `shape` was repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return applyOne(sumToOp, [x], shape);
}

/** A tangent repeated to the shape of the value it belongs to. */
export function broadcastMaybe(tangent: Maybe, value: Tensor): Maybe {
  return tangent && (sameShape(tangent.shape, value.shape) ? tangent : broadcastTo(tangent, value.shape));
}
