// Checks that several ways of training share.
import { show } from '../core/checks.js';
import { NonFiniteError, ShapeError, refuse } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { asTrainingData, Dataset, type TrainingData } from '../data/index.js';
import { checkIndexValues } from '../layers/support/indexValues.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Network } from './network.js';

/** Number of rows in a flat batch of inputs. */
export function rowsOf(where: string, x: unknown, inputShape: Shape, limit: number): number {
  if (!(x instanceof Float32Array)) refuse(TypeError, where, 'x to be a Float32Array', show(x));
  const width = sizeOf(inputShape);
  const rows = x.length / width;
  if (!Number.isInteger(rows) || rows < 1)
    refuse(ShapeError, where, `x of whole rows of ${width} values (${shapeText(inputShape)})`, `${x.length} values`);
  if (rows > limit) refuse(RangeError, where, `at most ${limit} rows`, rows);
  return rows;
}

/** Whether flat targets are one class index a row, or in the prediction's shape. */
export function areIndices(where: string, length: number, rows: number, outputShape: Shape): boolean {
  const size = rows * sizeOf(outputShape);
  if (length === size) return false;
  const indices = size / (outputShape.at(-1) ?? 1);
  if (length === indices) return true;
  refuse(
    ShapeError,
    where,
    `${size} targets (${shapeText([rows, ...outputShape])}) or ${indices} class indices`,
    length,
  );
}

/** The same of a dataset's. */
export function hasIndices(where: string, { size, yShape }: Dataset, outputShape: Shape): boolean {
  return areIndices(where, size * sizeOf(yShape), size, outputShape);
}

/** Class indices must be whole numbers from 0 to classes - 1. */
export function checkLabels(where: string, y: ArrayLike<number>, outputShape: Shape): void {
  const classes = outputShape.at(-1) ?? 1;
  for (let i = 0; i < y.length; i++) {
    const label = y[i]!;
    if (!(label >= 0 && label < classes && Number.isInteger(label)))
      refuse(RangeError, where, `labels from 0 to ${classes - 1}`, `${label} at position ${i}`);
  }
}

/** Inputs of a network that starts with an embedding must be indices, as far as a sequence's length goes. */
export function checkIndices(
  where: string,
  x: ArrayLike<number>,
  { indices, inputShape }: Network,
  lengths?: ArrayLike<number>,
): void {
  if (indices === undefined) return;
  const width = sizeOf(inputShape);
  const step = width / (inputShape[0] ?? 1);
  checkIndexValues(where, x, indices, width, lengths && ((row) => step * (lengths[row] ?? 0)));
}

/** Rows against a network: shapes of inputs and targets, range of labels. */
export function checkRows(where: string, data: Dataset, network: Network): Dataset {
  const { inputShape, outputShape } = network;
  const { x, xShape, y, lengths } = data;
  if (!sameShape(xShape, inputShape) && !sameShape(xShape, [sizeOf(inputShape)]))
    refuse(ShapeError, where, `rows of shape ${shapeText(inputShape)}`, xShape);
  if (!y) refuse(TypeError, where, 'data with targets', 'inputs only');
  if (hasIndices(where, data, outputShape)) checkLabels(where, y, outputShape);
  checkIndices(where, x, network, lengths);
  return data;
}

/** Data held in arrays, checked against the network. */
export function checkDataset(where: string, data: TrainingData, network: Network): Dataset {
  const given = asTrainingData(where, data);
  if (given instanceof Dataset) return checkRows(where, given, network);
  refuse(TypeError, where, 'data made by dataset(x, y)', 'an iterable of batches');
}

/** Throws for the first value of a batch that is not finite, past no sequence's length. */
export function reportNonFinite(where: string, what: string, batch: Tensor, lengths: Tensor | undefined): never {
  const values = batch.data();
  const valid = lengths?.data();
  const [rows = 1, steps = 1] = batch.shape;
  const row = batch.size / rows;
  const position = values.findIndex((value, i) => {
    const length = valid?.[Math.floor(i / row)] ?? steps;
    return !Number.isFinite(value) && ((i % row) * steps) / row < length;
  });
  refuse(NonFiniteError, where, `finite ${what}`, `${values[position]} at position ${position}`);
}

/** An optimiser, as far as one can tell. */
export function checkOptimizer(where: string, optimizer: Optimizer): Optimizer {
  const given: unknown = optimizer;
  if (typeof given === 'object' && given !== null && 'create' in given) return optimizer;
  refuse(TypeError, where, 'optimizer to be made by sgd(...), adam(...) or the like', show(given));
}
