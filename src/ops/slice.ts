// Taking a box out of a tensor and padding a box with a constant, which are adjoint to each other.
import { show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { checkShape, shapeText, stridesOf, type Shape } from '../core/shapes.js';
import { applyOne, type SameTypeOp } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { only } from './support/arguments.js';
import { copyStrided } from './support/broadcasting.js';
import { checkTensor } from './support/operands.js';

/** Elements before the position `begin`. */
function offset(strides: readonly number[], begin: readonly number[]): number {
  return strides.reduce((total, stride, i) => total + stride * (begin[i] ?? 0), 0);
}

interface Box {
  readonly begin: readonly number[];
  readonly size: Shape;
}

const sliceOp: SameTypeOp<Box> = {
  name: 'slice',
  infer: (inputs, { size }) => [{ shape: size, dtype: only(inputs).dtype }],
  forward: (inputs, outputs, { begin }) => {
    const [x, y] = [only(inputs), only(outputs)];
    const strides = stridesOf(x.shape);
    copyStrided(x.pointer() + 4 * offset(strides, begin), y.pointer(), y.shape, strides, stridesOf(y.shape));
  },
  rules: {
    vjp: ({ inputs, attributes: { begin } }, [cotangent]) => [
      cotangent && embed(cotangent, only(inputs).shape, begin, 0),
    ],
    jvp: ({ attributes }, [tangent]) => [tangent && applyOne(sliceOp, [tangent], attributes)],
    saves: { inputs: false },
  },
};

interface Place {
  readonly shape: Shape;
  readonly begin: readonly number[];
  readonly value: number;
}

const embedOp: SameTypeOp<Place> = {
  name: 'pad',
  infer: (inputs, { shape }) => [{ shape, dtype: only(inputs).dtype }],
  forward: (inputs, outputs, { begin, value }) => {
    const [x, y] = [only(inputs), only(outputs)];
    const strides = stridesOf(y.shape);
    if (y.size > x.size) call(y.dtype === 'i32' ? kernels.fillI32 : kernels.fill, y.pointer(), value, 0, y.size);
    copyStrided(x.pointer(), y.pointer() + 4 * offset(strides, begin), x.shape, stridesOf(x.shape), strides);
  },
  rules: {
    vjp: ({ inputs, attributes: { begin } }, [cotangent]) => [
      cotangent && applyOne(sliceOp, [cotangent], { begin, size: only(inputs).shape }),
    ],
    jvp: ({ attributes: { shape, begin } }, [tangent]) => [tangent && embed(tangent, shape, begin, 0)],
    saves: { inputs: false },
  },
};

function embed<D extends DType>(x: Tensor<D>, shape: Shape, begin: readonly number[], value: number): Tensor<D> {
  return applyOne(embedOp, [x], { shape, begin, value });
}

/** One entry for each axis, all whole numbers >= `least`. Missing entries at the end are `rest`. */
function perAxis(what: string, values: readonly number[], x: Tensor<DType>, least: number, rest: number): number[] {
  const given: unknown = values;
  if (!Array.isArray(given)) throw new TypeError(`slice: expected ${what} to be an array, got ${show(given)}`);
  if (given.length > x.shape.length) {
    throw new ShapeError(
      `slice: expected ${what} for ${x.shape.length} axes of ${shapeText(x.shape)}, got ${show(given)}`,
    );
  }
  return x.shape.map((_, i) => {
    if (i >= values.length) return rest;
    const value = values[i];
    if (value === undefined || !Number.isInteger(value) || value < least) {
      throw new RangeError(`slice: expected ${what} to hold whole numbers >= ${least}, got ${show(given)}`);
    }
    return value + 0; // never -0
  });
}

/**
 * The box that begins at position `begin` and has `size` elements along each axis. Missing axes at the end are taken
 * whole.
 *
 * @param x f32 or i32
 * @param begin first position along each axis, >= 0
 * @param size elements along each axis; -1, the default, takes all up to the end
 * @throws RangeError when the box does not lie within x; ShapeError for more axes than x has.
 * @example
 * ```ts
 * import { init, slice, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * console.log(slice(x, [0, 1], [-1, 2]).toArray()); // [[2, 3], [5, 6]]
 * ```
 */
export function slice<D extends DType>(
  x: Tensor<D>,
  begin: readonly number[],
  size: readonly number[] = [],
): Tensor<D> {
  checkTensor('slice', x);
  const from = perAxis('begin', begin, x, 0, 0);
  const sizes = perAxis('size', size, x, -1, -1).map((n, i) => (n === -1 ? (x.shape[i] ?? 0) - (from[i] ?? 0) : n));
  x.shape.forEach((length, i) => {
    const [first = 0, n = 0] = [from[i], sizes[i]];
    if (n >= 0 && first + n <= length) return;
    throw new RangeError(
      `slice: expected a box within ${shapeText(x.shape)}, got begin ${show(begin)} and size ${show(size)}`,
    );
  });
  return applyOne(sliceOp, [x], { begin: from, size: sizes });
}

/** Cells added before and after each axis. */
export type Padding = readonly (readonly [before: number, after: number])[];

function checkPadding(x: Tensor<DType>, padding: Padding): void {
  const given: unknown = padding;
  const isPair = (pair: unknown): boolean =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    Array.from<unknown>(pair).every((n) => Number.isSafeInteger(n) && Number(n) >= 0);
  if (Array.isArray(given) && given.length === x.shape.length && Array.from<unknown>(given).every(isPair)) return;
  throw new RangeError(`pad: expected [before, after] >= 0 for each axis of ${shapeText(x.shape)}, got ${show(given)}`);
}

/**
 * x with `before` and `after` cells of a constant added to each axis.
 *
 * @param x f32 or i32
 * @param padding `[before, after]` for each axis
 * @param value of the new cells. Default 0.
 * @throws RangeError for padding that is not one pair of whole numbers >= 0 for each axis; TypeError
 * @example
 * ```ts
 * import { init, pad, tensor } from 'wasmgrad';
 * await init();
 * console.log(pad(tensor([1, 2]), [[1, 2]], 9).toArray()); // [9, 1, 2, 9, 9]
 * ```
 */
export function pad<D extends DType>(x: Tensor<D>, padding: Padding, value = 0): Tensor<D> {
  checkTensor('pad', x);
  checkPadding(x, padding);
  const given: unknown = value;
  if (typeof given !== 'number' || (x.dtype === 'i32' && !Number.isInteger(given))) {
    throw new TypeError(`pad: expected value to be a number of type ${x.dtype}, got ${show(given)}`);
  }
  const begin = padding.map(([before]) => before);
  const shape = checkShape(
    'pad',
    x.shape.map((n, i) => n + (padding[i]?.[0] ?? 0) + (padding[i]?.[1] ?? 0)),
  );
  return embed(x, shape, begin, value);
}
