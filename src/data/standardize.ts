import type { Dataset } from './rowStore.js';
import type { RowData } from './rows.js';
import { columnStatistics, Scaler } from './scaler.js';

/**
 * Fits a scaling of every column (the last axis: features of a table, channels of images) to mean 0 and standard
 * deviation 1: (x - mean) / deviation, the deviation of the population, as scikit-learn's StandardScaler. A constant
 * column becomes 0. Fit it on the training data alone, then apply it to all. Targets stay as they are.
 *
 * Arrays of numbers are taken as they are, in float64. A dataset holds f32, which rounds 1700000001 to 1700000000: scale such
 * a column before `dataset`.
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
  // Of a constant column the mean may be off by rounding, and dividing by that would blow it up.
  const constant = (_: number, i: number): boolean => minimum[i] === maximum[i];
  const offset = mean.map((value, i) => (constant(value, i) ? minimum[i]! : value));
  const scale = deviation.map((value, i) => (constant(value, i) ? 1 : value));
  return new Scaler(offset, scale);
}
