import { finiteNumber, knownOptions } from '../core/checks.js';
import type { Dataset } from './dataset.js';
import type { RowData } from './rows.js';
import { columnStatistics, Scaler } from './scaler.js';

export interface MinMaxOptions {
  /** What the smallest value becomes. Default 0. */
  readonly min?: number | undefined;
  /** What the largest value becomes, > min. Default 1. */
  readonly max?: number | undefined;
}

/**
 * Fits a scaler that maps every column (the last axis) to the range from `min` to `max`, like scikit-learn's
 * MinMaxScaler. A constant column becomes `min`. Fit it on the training data alone, then apply it to all data; other
 * data may then lie outside the range. Arrays of numbers are scaled in float64; a dataset has already rounded them to
 * f32.
 *
 * @throws TypeError, RangeError for impossible options or empty data; NonFiniteError, ShapeError
 * @example
 * ```ts
 * import { dataset, minMaxScale } from 'wasmgrad/data';
 * const train = dataset([[1, 10], [3, 30], [2, 15]], [0, 1, 0]);
 * console.log(minMaxScale(train).apply(train).x); // Float32Array [0, 0, 1, 1, 0.5, 0.25]
 * ```
 */
export function minMaxScale(data: Dataset | RowData, options: MinMaxOptions = {}): Scaler {
  const { min = 0, max = 1 } = knownOptions('minMaxScale', options, ['min', 'max']);
  finiteNumber('minMaxScale', 'min', min);
  finiteNumber('minMaxScale', 'max', max, { above: min });
  const { minimum, maximum } = columnStatistics('minMaxScale', data);
  const scale = maximum.map((value, i) => (value > minimum[i]! ? (value - minimum[i]!) / (max - min) : 1));
  const offset = minimum.map((value, i) => value - min * scale[i]!);
  return new Scaler(offset, scale);
}
