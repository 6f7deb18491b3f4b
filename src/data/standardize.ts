import type { Dataset } from './dataset.js';
import type { RowData } from './rows.js';
import { columnStatistics, Scaler } from './scaler.js';

/**
 * Fits a scaler that gives every column (the last axis: features of a table, channels of images) mean 0 and standard
 * deviation 1: (x - mean) / deviation, with the deviation of the population, like scikit-learn's StandardScaler. A
 * constant column becomes 0. Fit it on the training data alone, then apply it to all data. Targets are not changed.
 *
 * Arrays of numbers are scaled in float64. A dataset holds f32, which rounds 1700000001 to 1700000000: scale such a
 * column before `dataset`.
 *
 * @throws RangeError for empty data; NonFiniteError, ShapeError, TypeError
 * @example
 * ```ts
 * import { dataset, standardize } from 'wasmgrad/data';
 * const train = dataset([[1, 10], [3, 30]], [0, 1]);
 * const scaler = standardize(train);
 * console.log(scaler.apply(train).x); // Float32Array [-1, -1, 1, 1]
 * console.log(scaler.invert(new Float32Array([0, 0]))); // Float32Array [2, 20]
 * ```
 */
export function standardize(data: Dataset | RowData): Scaler {
  const { minimum, maximum, mean, deviation } = columnStatistics('standardize', data);
  // The mean of a constant column may have a rounding error; the deviation would be that error.
  const constant = (_: number, i: number): boolean => minimum[i] === maximum[i];
  const offset = mean.map((value, i) => (constant(value, i) ? minimum[i]! : value));
  const scale = deviation.map((value, i) => (constant(value, i) ? 1 : value));
  return new Scaler(offset, scale);
}
