import { show } from '../core/checks.js';
import { DTypeError, onBehalfOf, ShapeError } from '../core/errors.js';
import { checkAxis, checkShape, shapeText, sizeOf } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { applyOne, type SameTypeOp } from '../autodiff/op.js';
import { zeros } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { slice } from './slice.js';
import { only } from './support/arguments.js';
import { copyStrided } from './support/broadcasting.js';
import { checkTensor } from './support/operands.js';

const sizeAlong = ({ shape }: Tensor<DType>, axis: number): number => shape[axis] ?? 0;

const concatOp: SameTypeOp<number> = {
  name: 'concat',
  infer: (inputs, axis) => {
    const { shape, dtype } = only(inputs);
    const length = inputs.reduce((total, input) => total + sizeAlong(input, axis), 0);
    return [{ shape: shape.map((size, i) => (i === axis ? length : size)), dtype }];
  },
  forward: (inputs, outputs, axis) => {
    const y = only(outputs);
    const rows = sizeOf(y.shape.slice(0, axis));
    const width = sizeOf(y.shape.slice(axis));
    let at = y.pointer();
    for (const input of inputs) {
      const columns = sizeOf(input.shape.slice(axis));
      copyStrided(input.pointer(), at, [rows, columns], [columns, 1], [width, 1]);
      at += 4 * columns;
    }
  },
  rules: {
    vjp: ({ inputs, attributes: axis, needs }, [cotangent]) => {
      let first = 0;
      return inputs.map((input, i) => {
        const begin = input.shape.map((_, k) => (k === axis ? first : 0));
        first += sizeAlong(input, axis);
        return cotangent && needs[i] ? slice(cotangent, begin, input.shape) : undefined;
      });
    },
    jvp: ({ inputs, attributes: axis }, tangents) => [
      applyOne(
        concatOp,
        inputs.map((input, i) => tangents[i] ?? zeros(input.shape)),
        axis,
      ),
    ],
    saves: { inputs: false },
  },
};

/** Checks a list of tensors of one type; returns the first. */
function checkList<D extends DType>(where: string, list: readonly Tensor<D>[]): Tensor<D> {
  const given: unknown = list;
  if (!Array.isArray(given)) throw new TypeError(`${where}: expected an array of tensors, got ${show(given)}`);
  const tensors = Array.from(list, (x) => checkTensor(where, x, 'an array of tensors'));
  const [first] = tensors;
  if (!first) throw new ShapeError(`${where}: expected at least one tensor, got none`);
  for (const x of tensors) {
    if (x.dtype !== first.dtype)
      throw new DTypeError(`${where}: expected tensors of one dtype, got ${first.dtype} and ${x.dtype}`);
  }
  return first;
}

/**
 * Joins tensors along an axis that they have.
 *
 * @param tensors at least one, f32 or i32, equal in all axes but one
 * @param axis default 0
 * @throws ShapeError, DTypeError; RangeError for an axis out of range
 * @example
 * ```ts
 * import { concat, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(concat([tensor([1, 2]), tensor([3])]).toArray()); // [1, 2, 3]
 * ```
 */
export function concat<D extends DType>(tensors: readonly Tensor<D>[], axis = 0): Tensor<D> {
  const first = checkList('concat', tensors);
  const at = checkAxis('concat', axis, first.shape.length);
  for (const { shape } of tensors) {
    if (shape.length === first.shape.length && shape.every((size, i) => i === at || size === first.shape[i])) continue;
    throw new ShapeError(
      `concat: expected shapes that differ in axis ${at} only, got ${shapeText(first.shape)} and ${shapeText(shape)}`,
    );
  }
  return applyOne(concatOp, tensors, at);
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * @param tensors at least one, f32 or i32
 * @param axis where the new axis stands in the result. Default 0.
 * @throws ShapeError, DTypeError; RangeError for an axis out of range
 * @example
 * ```ts
 * import { init, stack, tensor } from 'wasmgrad';
 * await init();
 * console.log(stack([tensor([1, 2]), tensor([3, 4])], 1).toArray()); // [[1, 3], [2, 4]]
 * ```
 */
export function stack<D extends DType>(tensors: readonly Tensor<D>[], axis = 0): Tensor<D> {
  const { shape } = checkList('stack', tensors);
  const at = checkAxis('stack', axis, shape.length + 1);
  for (const x of tensors) {
    if (x.shape.length === shape.length && x.shape.every((size, i) => size === shape[i])) continue;
    throw new ShapeError(`stack: expected tensors of one shape, got ${shapeText(shape)} and ${shapeText(x.shape)}`);
  }
  const wider = checkShape('stack', [...shape.slice(0, at), 1, ...shape.slice(at)]);
  return onBehalfOf('stack', () =>
    scoped(
      () =>
        concat(
          tensors.map((x) => viewAs(x, wider)),
          at,
        ),
      (y) => [y],
    ),
  );
}
