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

/** The strides of an array of which only every `steps`th element along each axis counts. */
function stepped(strides: readonly number[], steps: readonly number[] | undefined): readonly number[] {
  return steps ? strides.map((stride, i) => stride * (steps[i] ?? 1)) : strides;
}

interface Box {
  readonly begin: readonly number[];
  readonly size: Shape;
  /** Distance between elements along each axis. Default 1. */
  readonly steps: readonly number[] | undefined;
}

const sliceOp: SameTypeOp<Box> = {
  name: 'slice',
  infer: (inputs, { size }) => [{ shape: size, dtype: only(inputs).dtype }],
  forward: (inputs, outputs, { begin, steps }) => {
    const [x, y] = [only(inputs), only(outputs)];
    const strides = stridesOf(x.shape);
    const from = x.pointer() + 4 * offset(strides, begin);
    copyStrided(from, y.pointer(), y.shape, stepped(strides, steps), stridesOf(y.shape));
  },
  rules: {
    vjp: ({ inputs, attributes: { begin, steps } }, [cotangent]) => [
      cotangent && embed(cotangent, { shape: only(inputs).shape, begin, steps, value: 0 }),
    ],
    jvp: ({ attributes }, [tangent]) => [tangent && applyOne(sliceOp, [tangent], attributes)],
    saves: { inputs: false },
  },
};

interface Place {
  readonly shape: Shape;
  readonly begin: readonly number[];
  readonly steps: readonly number[] | undefined;
  readonly value: number;
}

const embedOp: SameTypeOp<Place> = {
  name: 'pad',
  infer: (inputs, { shape }) => [{ shape, dtype: only(inputs).dtype }],
  forward: (inputs, outputs, { begin, steps, value }) => {
    const [x, y] = [only(inputs), only(outputs)];
    const strides = stridesOf(y.shape);
    if (y.size > x.size) call(y.dtype === 'i32' ? kernels.fillI32 : kernels.fill, y.pointer(), value, 0, y.size);
    const to = y.pointer() + 4 * offset(strides, begin);
    copyStrided(x.pointer(), to, x.shape, stridesOf(x.shape), stepped(strides, steps));
  },
  rules: {
    vjp: ({ inputs, attributes: { begin, steps } }, [cotangent]) => [
      cotangent && applyOne(sliceOp, [cotangent], { begin, steps, size: only(inputs).shape }),
    ],
    jvp: ({ attributes }, [tangent]) => [tangent && embed(tangent, { ...attributes, value: 0 })],
    saves: { inputs: false },
  },
};

/** x at the places of a box in a tensor that is `value` elsewhere: the adjoint of `slice`. */
export function embed<D extends DType>(x: Tensor<D>, place: Place): Tensor<D> {
  return applyOne(embedOp, [x], place);
}

/** One entry for each axis. Missing entries at the end are `rest`. */
function perAxis(
  what: string,
  values: readonly number[],
  x: Tensor<DType>,
  rest: number,
  [expected, allowed]: readonly [expected: string, allowed: (value: number) => boolean],
): number[] {
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
    if (value === undefined || !Number.isSafeInteger(value) || !allowed(value)) {
      throw new RangeError(`slice: expected ${what} to hold ${expected}, got ${show(given)}`);
    }
    return value + 0; // never -0
  });
}

const POSITIONS = ['whole numbers', () => true] as const;
const SIZES = ['whole numbers >= -1', (value: number) => value >= -1] as const;
const STRIDES = ['whole numbers other than 0', (value: number) => value !== 0] as const;

/** Number of elements from position `first` to the end of an axis, or to its begin for a negative stride. */
function rest(length: number, first: number, stride: number): number {
  if (length === 0) return 0;
  return Math.max(0, stride > 0 ? Math.ceil((length - first) / stride) : Math.floor(first / -stride) + 1);
}

/** Whether n positions from `first` on lie within an axis. */
function fits(length: number, first: number, n: number, stride: number): boolean {
  const last = n === 0 ? first : first + (n - 1) * stride;
  const end = n === 0 ? length : length - 1;
  return Math.min(first, last) >= 0 && Math.max(first, last) <= end;
}

/**
 * The box that begins at position `begin` and has `size` elements along each axis, every `strides`th. Missing axes at the
 * end are taken whole.
 *
 * @param x f32 or i32
 * @param begin first position along each axis; negative ones count from the end, -1 is the last
 * @param size elements along each axis; -1, the default, takes all up to the end, or to the begin if the stride is negative
 * @param strides distance between the elements along each axis, default 1; negative ones go backwards
 * @throws RangeError when the box does not lie within x; ShapeError for more axes than x has.
 * @example
 * ```ts
 * import { init, slice, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * console.log(slice(x, [0, 1], [-1, 2]).toArray()); // [[2, 3], [5, 6]]
 * console.log(slice(x, [-1, -1], [1, -1], [1, -2]).toArray()); // [[6, 4]]
 * ```
 */
export function slice<D extends DType>(
  x: Tensor<D>,
  begin: readonly number[],
  size: readonly number[] = [],
  strides?: readonly number[],
): Tensor<D> {
  checkTensor('slice', x);
  const steps = strides === undefined ? undefined : perAxis('strides', strides, x, 1, STRIDES);
  const from = perAxis('begin', begin, x, 0, POSITIONS).map((first, i) =>
    first < 0 ? first + (x.shape[i] ?? 0) : first,
  );
  const sizes = perAxis('size', size, x, -1, SIZES).map((n, i) =>
    n === -1 ? rest(x.shape[i] ?? 0, from[i] ?? 0, steps?.[i] ?? 1) : n,
  );
  x.shape.forEach((length, i) => {
    if (fits(length, from[i] ?? 0, sizes[i] ?? 0, steps?.[i] ?? 1)) return;
    const by = strides === undefined ? '' : ` and strides ${show(strides)}`;
    throw new RangeError(
      `slice: expected a box within ${shapeText(x.shape)}, got begin ${show(begin)} and size ${show(size)}${by}`,
    );
  });
  return applyOne(sliceOp, [x], { begin: from, size: sizes, steps });
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
  return embed(x, { shape, begin, steps: undefined, value });
}
