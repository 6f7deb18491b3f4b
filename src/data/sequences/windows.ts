import { knownOptions, listLike, wholeNumber } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import { buildDataset } from '../build.js';
import type { Dataset } from '../dataset.js';
import { flatValues, type RowData } from '../rows.js';

export interface WindowsOptions {
  /** Steps of a window, from which is predicted. */
  readonly length: number;
  /** Steps after the window that are to be predicted. Default 1. */
  readonly horizon?: number | undefined;
  /** Steps from one window to the next. Default 1. */
  readonly stride?: number | undefined;
  /** The column to predict, from 0, or several. Default: all. */
  readonly target?: number | readonly number[] | undefined;
}

/** Values of a dataset may take so many. */
const MAX_VALUES = 2 ** 30;

function checkTargets(target: WindowsOptions['target'], columns: number): number[] {
  if (target === undefined) return Array.from({ length: columns }, (_, column) => column);
  const given = typeof target === 'number' ? [target] : Array.from(listLike('windows', 'target', target));
  if (given.length === 0) refuse(RangeError, 'windows', 'at least one target', 'none');
  return given.map((column) => wholeNumber('windows', 'target', column, { min: 0, below: columns }));
}

/**
 * Windows over a time series: every row of `x` has `length` successive steps, and its row of `y` the `horizon` steps that
 * follow. Split it with `timeOrdered: true`, since neighbouring windows share steps.
 *
 * @param series [steps], or [steps, columns]
 * @returns `x` [windows, length, columns]; `y` [windows, horizon] for one target, else [windows, horizon, targets]
 * @throws RangeError when the series is too short; ShapeError, TypeError; NonFiniteError for NaN and infinity
 * @example
 * ```ts
 * import { windows } from 'wasmgrad/data';
 * const data = windows([1, 2, 3, 4, 5], { length: 3 });
 * console.log(data.size, data.xShape, data.x, data.y); // 2 [3, 1] [1, 2, 3, 2, 3, 4] [4, 5]
 * ```
 */
export function windows(series: RowData, options: WindowsOptions): Dataset {
  knownOptions('windows', options, ['length', 'horizon', 'stride', 'target']);
  const { values, shape } = flatValues('windows', series);
  const [steps = 0, columns = 1] = shape;
  if (shape.length > 2 || columns === 0) refuse(ShapeError, 'windows', 'a series [steps] or [steps, columns]', shape);
  const length = wholeNumber('windows', 'length', options.length, { min: 1 });
  const horizon = wholeNumber('windows', 'horizon', options.horizon ?? 1, { min: 1 });
  const stride = wholeNumber('windows', 'stride', options.stride ?? 1, { min: 1 });
  const targets = checkTargets(options.target, columns);
  const count = Math.floor((steps - length - horizon) / stride) + 1;
  if (count < 1) refuse(RangeError, 'windows', `at least ${length + horizon} steps`, steps);
  const size = count * (length * columns + horizon * targets.length);
  if (size > MAX_VALUES) refuse(RangeError, 'windows', `at most ${MAX_VALUES} values in all windows`, size);
  const x = new Float32Array(count * length * columns);
  const y = new Float32Array(count * horizon * targets.length);
  for (let i = 0, to = 0; i < count; i++) {
    const begin = i * stride;
    for (let k = 0; k < length * columns; k++) x[i * length * columns + k] = values[begin * columns + k] ?? 0;
    for (let step = begin + length; step < begin + length + horizon; step++)
      for (const column of targets) y[to++] = values[step * columns + column] ?? 0;
  }
  const yShape = targets.length === 1 ? [horizon] : [horizon, targets.length];
  return buildDataset('windows', x, nested(y, yShape), { shape: [length, columns] });
}

/** Targets with their axes, as rows of arrays. */
function nested(y: Float32Array, [horizon = 1, targets]: readonly number[]): RowData {
  const width = horizon * (targets ?? 1);
  return Array.from({ length: y.length / width }, (_, row) => {
    const values = y.subarray(row * width, (row + 1) * width);
    if (targets === undefined) return values;
    return Array.from({ length: horizon }, (_step, k) => values.subarray(k * targets, (k + 1) * targets));
  });
}
