// Repeating along axes and summing along them, which are adjoint to each other.
import { refuse, ShapeError } from '../core/errors.js';
import { broadcastShapes, checkShape, sameShape, shapeText, type Shape } from '../core/shapes.js';
import { applyOne, type Maybe, type Op, type SameTypeOp } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { copyBroadcast } from './support/broadcasting.js';
import { checkTensor } from './support/operands.js';
import { reduceAxes } from './support/reducing.js';

const broadcastOp: SameTypeOp<Shape> = {
  name: 'broadcastTo',
  infer: (inputs, shape) => [{ shape, dtype: only(inputs).dtype }],
  forward: (inputs, outputs) => {
    copyBroadcast(only(inputs), only(outputs));
  },
  rules: {
    vjp: ({ inputs }, [cotangent]) => [cotangent && sumTo(cotangent, only(inputs).shape)],
    jvp: ({ attributes }, [tangent]) => [tangent && expandTo(tangent, attributes)],
    saves: { inputs: false },
  },
};

interface Sum {
  readonly shape: Shape;
  readonly scale: number;
}

const sumToOp: Op<Sum> = {
  name: 'sumTo',
  infer: (_, { shape }) => [{ shape, dtype: 'f32' }],
  forward: (inputs, outputs, { shape, scale }) => {
    const x = only(inputs);
    const lead = x.shape.length - shape.length;
    const axes = x.shape.flatMap((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : []));
    reduceAxes(kernels.sumReduce, x, only(outputs), axes, scale);
  },
  rules: {
    vjp: ({ inputs, attributes: { scale } }, [cotangent]) => [
      cotangent && expandTo(sumTo(cotangent, cotangent.shape, scale), only(inputs).shape),
    ],
    jvp: ({ attributes: { shape, scale } }, [tangent]) => [tangent && sumTo(tangent, shape, scale)],
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
export function broadcastTo<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  checkTensor('broadcastTo', x);
  const target = checkShape('broadcastTo', shape);
  if (!sameShape(broadcastShapes('broadcastTo', x.shape, target), target)) {
    refuse(ShapeError, 'broadcastTo', `a shape that ${shapeText(x.shape)} broadcasts to`, target);
  }
  return expandTo(x, target);
}

/** `broadcastTo` for a shape that is known to fit. */
export function expandTo<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  return applyOne(broadcastOp, [x], shape);
}

/** The adjoint of broadcasting: x summed over the axes along which `shape` was repeated, times a factor. */
export function sumTo(x: Tensor, shape: Shape, scale = 1): Tensor {
  return scale === 1 && sameShape(x.shape, shape) ? x : applyOne(sumToOp, [x], { shape, scale });
}

/** A tangent broadcast to the shape of its value. */
export function broadcastMaybe(tangent: Maybe, value: Tensor<DType>): Maybe {
  return tangent && (sameShape(tangent.shape, value.shape) ? tangent : expandTo(tangent, value.shape));
}
