import { show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkAxes, shapeText, stridesOf } from '../core/shapes.js';
import { applyOne, type SameTypeOp } from '../autodiff/op.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { copyStrided } from './support/broadcasting.js';
import { checkTensor } from './support/operands.js';

type Permutation = readonly number[];

function inverse(permutation: Permutation): Permutation {
  const back = permutation.slice();
  permutation.forEach((axis, i) => (back[axis] = i));
  return back;
}

const transposeOp: SameTypeOp<Permutation> = {
  name: 'transpose',
  infer: (inputs, permutation) => {
    const { shape, dtype } = only(inputs);
    return [{ shape: permutation.map((axis) => shape[axis] ?? 1), dtype }];
  },
  forward: (inputs, outputs, permutation) => {
    const [x, y] = [only(inputs), only(outputs)];
    const strides = stridesOf(x.shape);
    const from = permutation.map((axis) => strides[axis] ?? 0);
    copyStrided(x.pointer(), y.pointer(), y.shape, from, stridesOf(y.shape));
  },
  rules: {
    vjp: ({ attributes }, [cotangent]) => [cotangent && applyOne(transposeOp, [cotangent], inverse(attributes))],
    jvp: ({ attributes }, [tangent]) => [tangent && applyOne(transposeOp, [tangent], attributes)],
    saves: { inputs: false },
  },
};

/** A permutation of all axes, each named once. */
function checkPermutation(x: Tensor<DType>, axes: readonly number[]): Permutation {
  const rank = x.shape.length;
  const given: unknown = axes;
  if (!Array.isArray(given)) throw new TypeError(`transpose: expected axes to be an array, got ${show(given)}`);
  if (checkAxes('transpose', axes, rank).length !== rank) {
    throw new ShapeError(`transpose: expected ${rank} axes for ${shapeText(x.shape)}, got ${shapeText(axes)}`);
  }
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

/**
 * Permutes the axes: axis i of the result is axis `axes[i]` of x.
 *
 * @param x f32 or i32
 * @param axes default: all axes reversed
 * @throws ShapeError, RangeError when `axes` is not a permutation of x's axes.
 * @example
 * ```ts
 * import { init, tensor, transpose } from 'wasmgrad';
 * await init();
 * console.log(transpose(tensor([[1, 2, 3], [4, 5, 6]])).toArray()); // [[1, 4], [2, 5], [3, 6]]
 * ```
 */
export function transpose<D extends DType>(x: Tensor<D>, axes?: readonly number[]): Tensor<D> {
  checkTensor('transpose', x);
  const permutation = axes === undefined ? x.shape.map((_, i) => x.shape.length - 1 - i) : checkPermutation(x, axes);
  return applyOne(transposeOp, [x], permutation);
}
