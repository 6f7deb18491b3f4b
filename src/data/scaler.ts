import { NonFiniteError, ShapeError, refuse } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { makeTensor } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import { Dataset } from './dataset.js';
import { flatValues, type RowData } from './rows.js';

/** Smallest, largest and mean value and standard deviation (of the population) of every column. */
export interface ColumnStatistics {
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * Values with the number of columns, which is the size of the last axis. Values past a sequence's length do not count.
 */
interface Table {
  readonly columns: number;
  /** Calls `visit` with column and value for every value that counts. */
  readonly each: (visit: (column: number, value: number) => void) => void;
}

/** The shape with an axis of columns: [n] is [n, 1]. */
function columnsOf(shape: Shape): number {
  return shape.length > 1 ? (shape.at(-1) ?? 1) : 1;
}

/** Whether a value is not finite as f32. */
function hasNonFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(Math.fround(values[i] ?? NaN))) return true;
  return false;
}

function tableOf(where: string, data: Dataset | RowData): Table {
  const isDataset = data instanceof Dataset;
  const flat = isDataset ? { values: data.x, shape: [data.size, ...data.xShape] } : flatValues(where, data);
  // Not rounded to f32, which would make large numbers that differ little equal.
  const { values } = flat;
  if (values.length === 0) refuse(RangeError, where, 'at least one row', 'none');
  if (hasNonFinite(values)) refuse(NonFiniteError, where, 'finite x', 'NaN or infinity');
  const columns = columnsOf(flat.shape);
  const [rows = 1, steps = 1] = flat.shape;
  const lengths = isDataset && data.xShape.length > 1 ? data.lengths : undefined;
  const rowSize = sizeOf(flat.shape.slice(1));
  const each: Table['each'] = (visit) => {
    for (let row = 0; row < rows; row++) {
      const used = lengths ? (rowSize / steps) * (lengths[row] ?? 0) : rowSize;
      for (let i = row * rowSize; i < row * rowSize + used; i++) visit(i % columns, values[i] ?? 0);
    }
  };
  return { columns, each };
}

/** Statistics of the columns, in float64. @throws RangeError, NonFiniteError, ShapeError, TypeError */
export function columnStatistics(where: string, data: Dataset | RowData): ColumnStatistics {
  const { columns, each } = tableOf(where, data);
  const minimum = new Float64Array(columns).fill(Infinity);
  const maximum = new Float64Array(columns).fill(-Infinity);
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  const count = new Float64Array(columns);
  each((column, value) => {
    minimum[column] = Math.min(minimum[column]!, value);
    maximum[column] = Math.max(maximum[column]!, value);
    mean[column]! += value;
    count[column]!++;
  });
  if (count[0] === 0) refuse(RangeError, where, 'at least one value within the lengths', 'none');
  for (let i = 0; i < columns; i++) mean[i]! /= count[i]!;
  // A second pass, since the difference of two large sums would lose small deviations. It also corrects the rounding
  // error of the mean.
  const error = new Float64Array(columns);
  // Squares of tiny differences would be 0. A power of two changes no other bit.
  const unit = maximum.map((value, i) => (value - minimum[i]! < 2 ** -500 ? 2 ** 500 : 1));
  each((column, value) => {
    const difference = (value - mean[column]!) * unit[column]!;
    error[column]! += difference;
    deviation[column]! += difference ** 2;
  });
  for (let i = 0; i < columns; i++) {
    error[i]! /= count[i]!;
    mean[i]! += error[i]! / unit[i]!;
    deviation[i] = Math.sqrt(Math.max(0, deviation[i]! / count[i]! - error[i]! ** 2)) / unit[i]!;
  }
  return { minimum, maximum, mean, deviation };
}

/** Maps every column by (x - offset) / scale, and back. Made by `standardize` and `minMaxScale`. */
export class Scaler {
  /** What is subtracted from each column. */
  readonly offset: Float64Array;
  /** What each column is divided by. */
  readonly scale: Float64Array;

  /** @internal */
  constructor(offset: Float64Array, scale: Float64Array) {
    this.offset = offset;
    this.scale = scale;
  }

  /**
   * Scaled values: a dataset of scaled `x`, a new tensor for a tensor or nested arrays, a new array for flat rows.
   * @throws ShapeError when the last axis has another size than the data it was fitted on
   */
  apply(data: Dataset): Dataset;
  apply(data: Float32Array): Float32Array<ArrayBuffer>;
  apply(data: RowData): Tensor;
  apply(data: Dataset | RowData): Dataset | Float32Array<ArrayBuffer> | Tensor {
    return this.#map('apply', data, (value, offset, scale) => (value - offset) / scale);
  }

  /** Undoes `apply`: the original values of scaled ones. @throws ShapeError */
  invert(data: Dataset): Dataset;
  invert(data: Float32Array): Float32Array<ArrayBuffer>;
  invert(data: RowData): Tensor;
  invert(data: Dataset | RowData): Dataset | Float32Array<ArrayBuffer> | Tensor {
    return this.#map('invert', data, (value, offset, scale) => value * scale + offset);
  }

  #map(
    where: string,
    data: Dataset | RowData,
    f: (value: number, offset: number, scale: number) => number,
  ): Dataset | Float32Array<ArrayBuffer> | Tensor {
    const columns = this.offset.length;
    const mapped = (values: ArrayLike<number>, width: number): Float32Array<ArrayBuffer> => {
      if (width !== columns) {
        refuse(ShapeError, where, `${columns} columns as in the data it was fitted on`, width);
      }
      const out = new Float32Array(values.length);
      for (let i = 0; i < out.length; i++) {
        out[i] = f(values[i]!, this.offset[i % columns]!, this.scale[i % columns]!);
      }
      return out;
    };
    if (data instanceof Dataset) {
      return data.with({ x: mapped(data.x, columnsOf([data.size, ...data.xShape])) });
    }
    if (data instanceof Float32Array) return mapped(data, data.length % columns === 0 ? columns : data.length);
    const { values, shape } = flatValues(where, data);
    return makeTensor(where, mapped(values, columnsOf(shape)), shape);
  }
}
