import { ShapeError } from '../core/errors.js';
import { sameShape, shapeText, sizeOf } from '../core/shapes.js';
import { asTrainingData, BatchSource, Dataset, type TrainingData } from '../data/index.js';
import { checkIndices, checkLabels, targetKind, type TargetKind } from './batches.js';
import type { Trainable } from './trainable.js';

/** How the targets of a dataset are given. */
export function kindOf(where: string, data: Dataset, model: Trainable): TargetKind {
  return targetKind(where, data.size * sizeOf(data.yShape), data.size, model.outputShape);
}

/** Checks rows against a model: shapes of inputs and targets, range of labels. */
function checkRows(where: string, data: Dataset, model: Trainable): Dataset {
  const { inputShape, outputShape } = model;
  const flat = data.xShape.length === 1 && data.xShape[0] === sizeOf(inputShape);
  if (!flat && !sameShape(data.xShape, inputShape)) {
    throw new ShapeError(`${where}: expected rows of shape ${shapeText(inputShape)}, got ${shapeText(data.xShape)}`);
  }
  if (!data.y) throw new TypeError(`${where}: expected data with targets, got inputs only`);
  if (kindOf(where, data, model) === 'indices') checkLabels(where, data.y, outputShape.at(-1) ?? 1);
  checkIndices(where, data.x, model.network, data.lengths);
  return data;
}

/** Data held in arrays, checked against the model. */
export function checkDataset(where: string, data: TrainingData, model: Trainable): Dataset {
  const given = asTrainingData(where, data);
  if (given instanceof BatchSource)
    throw new TypeError(`${where}: expected data made by dataset(x, y), got an iterable of batches`);
  return checkRows(where, given, model);
}

/** Data to train on; what comes in batches is checked as it comes. */
export function checkTrainingData(where: string, data: TrainingData, model: Trainable): Dataset | BatchSource {
  const given = asTrainingData(where, data);
  return given instanceof Dataset ? checkRows(where, given, model) : given;
}

/** One batch of an epoch, ready to be written into the trainer's buffers. */
export interface TrainingBatch {
  readonly rows: number;
  readonly kind: TargetKind;
  readonly lengths: Int32Array | undefined;
  readonly fill: (x: Float32Array, y: Float32Array | Int32Array) => void;
}

function batch(data: Dataset, kind: TargetKind, order: ArrayLike<number>, begin: number, end: number): TrainingBatch {
  const lengths = data.lengths && new Int32Array(end - begin);
  if (lengths) data.copyLengths(order, begin, end, lengths);
  return {
    rows: end - begin,
    kind,
    lengths,
    fill: (x, y) => {
      data.copyRows(order, begin, end, x, y);
    },
  };
}

/** The batches of rows in the given order, from batch number `first` on. */
export function* rowBatches(
  data: Dataset,
  model: Trainable,
  order: ArrayLike<number>,
  batchSize: number,
  first: number,
): Generator<TrainingBatch> {
  const kind = kindOf('fit', data, model);
  for (let begin = first * batchSize; begin < data.size; begin += batchSize) {
    yield batch(data, kind, order, begin, Math.min(begin + batchSize, data.size));
  }
}

/** The batches of an iterable, checked one by one. */
export async function* streamedBatches(
  source: BatchSource,
  model: Trainable,
  first: number,
): AsyncGenerator<TrainingBatch> {
  let number = 0;
  for await (const data of source) {
    if (number++ < first) continue;
    checkRows('fit', data, model);
    const order = Uint32Array.from({ length: data.size }, (_, i) => i);
    yield batch(data, kindOf('fit', data, model), order, 0, data.size);
  }
}
