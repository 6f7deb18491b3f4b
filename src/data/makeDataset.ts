import { show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { BatchSource, isBatches, type Batches, type TrainingData } from './batches.js';
import { buildDataset, type DatasetOptions } from './build.js';
import type { SeveralRows } from './parts.js';
import { Dataset } from './dataset.js';
import type { RowData } from './rows.js';

/**
 * Makes data to train on or to evaluate with.
 *
 * Rows lie along the first axis of tensors and nested arrays; flat typed arrays are cut into rows by `options.shape`
 * (e.g. `[28, 28, 1]`), or into as many as `y` has. `x` becomes f32 without any scaling; a Float32Array is used as it
 * is, not copied, so leave it alone afterwards. Targets of an integer type (Uint8Array, Int32Array, an i32 tensor, ...)
 * with one number per row are class indices; all others are floats. Values past a row's length are padding.
 *
 * Several inputs, or targets of several outputs, are given as an array of tensors, in order, or as an object with the
 * rows of each under its name in the model. Targets of any output may be class indices.
 *
 * With `weights`, losses are sum(w * loss) / sum(w) over the rows of a batch, in training as in `evaluate`.
 *
 * Batches, `{ x, y, lengths?, weights? }` or `[x, y]`, may also come from any iterable or async iterable, or from a generator
 * function, which is called once per pass.
 *
 * @param x inputs [n, ...], or several of them
 * @param y targets [n] or [n, ...], or several of them
 * @throws ShapeError when rows are ragged or x, y, lengths and weights do not match; RangeError when there are none,
 *   for weights that are negative, not finite or all 0, and for a column whose numbers differ but are all the same as f32, like times in milliseconds (`standardize` them);
 *   NonFiniteError for NaN or infinity, with its position; TypeError for other data and unknown options.
 * @example
 * ```ts
 * import { dataset } from 'wasmgrad/data';
 * const data = dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]);
 * console.log(data.size, data.xShape, data.yShape); // 4 [2] [1]
 * const images = dataset(new Uint8Array(2 * 784), new Uint8Array([7, 2]), { shape: [28, 28, 1] });
 * console.log(images.size, images.isIndices); // 2 true
 * const pairs = dataset({ width: [[1], [2]], height: [[3], [4]] }, { area: [[3], [8]], kind: new Uint8Array([0, 1]) });
 * console.log(pairs.size, pairs.inputs); // 2 [{ name: 'width', shape: [1] }, { name: 'height', shape: [1] }]
 * ```
 */
export function dataset(x: RowData | SeveralRows, y?: RowData | SeveralRows, options?: DatasetOptions): Dataset;
export function dataset(batches: Batches): BatchSource;
export function dataset(
  x: RowData | SeveralRows | Batches,
  y?: RowData | SeveralRows,
  options?: DatasetOptions,
): Dataset | BatchSource {
  if (!isBatches(x)) return buildDataset('dataset', x, y, options);
  if (y !== undefined || options !== undefined)
    refuse(TypeError, 'dataset', 'batches alone, each with its own targets', `${show(y ?? options)} besides`);
  return BatchSource.of(x);
}

/** The data given to `fit`, `evaluate` and the like as one of two classes. @throws TypeError */
export function asTrainingData(where: string, data: TrainingData): Dataset | BatchSource {
  if (data instanceof Dataset || data instanceof BatchSource) return data;
  if (isBatches(data)) return BatchSource.of(data);
  refuse(TypeError, where, 'data made by dataset(...) or an iterable of batches', show(data));
}
