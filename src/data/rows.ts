// Turns what users give as x or y into flat values and a shape.
import { NonFiniteError, refuse, ShapeError } from '../core/errors.js';
import { shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { flatten, type TensorData } from '../tensors/creation.js';
import { isTensor, type DType, type Tensor } from '../tensors/tensor.js';

/** Rows of numbers: a tensor or nested arrays (rows along the first axis), or flat values. */
export type RowData = Tensor<DType> | TensorData;

export interface Flat {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
  /** Whether the values came as a flat array, so that the size of a row is not known yet. */
  readonly isFlat: boolean;
}

/** Values and shape of rows of any kind. @throws ShapeError, TypeError, DisposedError */
export function flatValues(where: string, data: unknown): Flat {
  if (isTensor(data)) {
    data.assertAlive(where);
    return { values: data.data(), shape: data.shape, isFlat: false };
  }
  const { values, shape } = flatten(where, data);
  if (shape.length === 0) refuse(ShapeError, where, 'rows', 'a single number');
  return { values, shape, isFlat: shape.length === 1 };
}

/** The number of rows in flat values. */
export function rowCount(where: string, what: string, values: ArrayLike<number>, rowShape: Shape): number {
  const rows = values.length / Math.max(1, sizeOf(rowShape));
  if (Number.isInteger(rows)) return rows;
  refuse(ShapeError, where, `${what} to hold whole rows of shape ${shapeText(rowShape)}`, `${values.length} numbers`);
}

/** The values as f32: the array itself when it is one. */
export function asFloats(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** Largest relative difference that rounding in float64 may have caused. */
const NOISE = 2 ** -44;

/**
 * Position of the first column whose given values differ but are all the same number as f32, like times in milliseconds;
 * -1 if there is none. Values that differ by no more than the rounding of a computation count as the same.
 */
export function lostColumn(values: ArrayLike<number>, columns: number): number {
  if (values instanceof Float32Array || values instanceof Uint8Array) return -1; // these become f32 exactly
  for (let column = 0; column < columns; column++) {
    const first = values[column]!;
    let spread = 0;
    let i = column;
    for (; i < values.length && Math.fround(values[i]!) === Math.fround(first); i += columns)
      spread = Math.max(spread, Math.abs(values[i]! - first));
    if (i >= values.length && spread > NOISE * Math.abs(first)) return column;
  }
  return -1;
}

/** Whether the array's type holds integers. */
export function isIntegerArray(values: ArrayLike<number>): boolean {
  return ArrayBuffer.isView(values) && !(values instanceof Float32Array) && !(values instanceof Float64Array);
}

/**
 * Whether all values are finite: 0 times any other is NaN. Batches of streams are checked whenever they come, so this has
 * four sums, none of which waits for another.
 */
function areFinite(values: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += 0 * values[i]!;
    b += 0 * values[i + 1]!;
    c += 0 * values[i + 2]!;
    d += 0 * values[i + 3]!;
  }
  for (; i < values.length; i++) a += 0 * values[i]!;
  return a + b + c + d === 0;
}

/** Position of the first value that is not finite, or -1. */
function firstNonFinite(values: Float32Array, begin = 0): number {
  for (let i = begin; i < values.length; i++) {
    const value = values[i]!;
    if (value - value !== 0) return i;
  }
  return -1;
}

/**
 * The values, all finite. Values past a sequence's length are padding that nobody reads: if some are not finite, they
 * are 0 in a copy.
 * @throws NonFiniteError naming row and element
 */
export function finiteRows(
  where: string,
  what: string,
  values: Float32Array,
  rowShape: Shape,
  lengths?: Int32Array,
): Float32Array {
  if (areFinite(values)) return values;
  const rowSize = sizeOf(rowShape);
  const step = rowSize / (rowShape[0] ?? 1);
  let clean = values;
  for (let at = firstNonFinite(values); at >= 0; at = firstNonFinite(values, at + 1)) {
    const row = Math.floor(at / rowSize);
    const element = at % rowSize;
    if (!lengths || element < lengths[row]! * step)
      refuse(NonFiniteError, where, `finite ${what}`, `${values[at]} in row ${row}, element ${element}`);
    if (clean === values) clean = values.slice();
    clean[at] = 0;
  }
  return clean;
}
