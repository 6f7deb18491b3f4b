// True and predicted classes: from labels and scores, or from a model and data.
import { finiteNumber, knownOptions, show, wholeNumber } from '../core/checks.js';
import { NonFiniteError, ShapeError, refuse } from '../core/errors.js';
import { shapeText, type Shape } from '../core/shapes.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import { checkDataset, type Dataset } from './dataset.js';
import { flatValues } from './rows.js';

/** A model with one output, as far as its predictions go. */
export interface Predicting {
  readonly outputShape: Shape;
  predict(x: Float32Array, options?: { readonly lengths?: ArrayLike<number> | undefined }): Tensor;
}

export interface ThresholdOptions {
  /** For a single output: the prediction above which a row is of class 1. Default 0.5; 0 for logits. */
  readonly threshold?: number | undefined;
}

/** The true and the predicted class of every row (or valid step of a sequence), and the number of classes. */
export interface Classes {
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
  readonly K: number;
}

/** The threshold among checked options; `others` are known, too. */
export function thresholdOf(where: string, options: ThresholdOptions, others: readonly string[] = []): number {
  const { threshold = 0.5 } = knownOptions(where, options, ['threshold', ...others]);
  return finiteNumber(where, 'threshold', threshold);
}

/** Position of the largest of `values[at] ... values[at + K - 1]`, the first of equals. */
function largest(where: string, what: string, values: ArrayLike<number>, at: number, K: number): number {
  let best = 0;
  for (let k = 0; k < K; k++) {
    if (Number.isNaN(values[at + k])) refuse(NonFiniteError, where, `scores in ${what}`, `NaN in row ${at / K}`);
    if (values[at + k]! > values[at + best]!) best = k;
  }
  return best;
}

/** The class of each row: the index itself, or the column with the largest value in [n, K]. */
function classesIn(where: string, what: string, data: unknown, K: number): number[] {
  const { values, shape } = flatValues(where, data);
  const [n = 0, width = 1] = shape;
  if (shape.length === 2 && width === K && K > 1)
    return Array.from({ length: n }, (_, i) => largest(where, what, values, i * K, K));
  if (shape.length === 1 || (shape.length === 2 && width === 1))
    return Array.from(values, (value) => wholeNumber(where, what, value, { min: 0, below: K }));
  refuse(ShapeError, where, `${what} of shape [n] or [n, ${K}]`, shape);
}

/** Whether predictions are one probability a row: numbers from 0 to 1, of which some are between. */
function areProbabilities({ values }: { readonly values: ArrayLike<number> }): boolean {
  const all = Array.from(values);
  return all.every((value) => value >= 0 && value <= 1) && !all.every(Number.isInteger);
}

/** Classes from labels, and labels, scores or probabilities of class 1. */
export function classesOfRows(where: string, yTrue: unknown, yPred: unknown, K: number, threshold = 0.5): Classes {
  const actual = classesIn(where, 'yTrue', yTrue, K);
  const given = flatValues(where, yPred);
  const isSigmoid = K === 2 && (given.shape[1] ?? 1) === 1 && (threshold !== 0.5 || areProbabilities(given));
  const predicted = isSigmoid
    ? Array.from(given.values, (value, i) => above(where, value, i, threshold))
    : classesIn(where, 'yPred', yPred, K);
  if (actual.length !== predicted.length)
    refuse(ShapeError, where, 'as many rows in yPred as in yTrue', `${predicted.length} and ${actual.length}`);
  return { actual, predicted, K };
}

function above(where: string, value: number, row: number, threshold: number): number {
  if (Number.isNaN(value)) refuse(NonFiniteError, where, 'scores in yPred', `NaN in row ${row}`);
  return value > threshold ? 1 : 0;
}

/** Whether a value predicts like a model. */
export function isPredicting(value: unknown): value is Predicting {
  return typeof value === 'object' && value !== null && 'predict' in value && typeof value.predict === 'function';
}

/** Rows predicted at a time. */
const ROWS = 256;

/** Classes of a dataset's targets and of a model's predictions for its inputs. */
export function classesOfModel(where: string, model: Predicting, data: unknown, threshold: number): Classes {
  const set = checkDataset(where, data);
  const K = Math.max(2, model.outputShape.at(-1) ?? 1);
  const classes = { actual: [], predicted: [], K };
  for (let begin = 0; begin < set.size; begin += ROWS)
    addRows(where, model, set.slice(begin, Math.min(begin + ROWS, set.size)), threshold, classes);
  return classes;
}

/** Adds the classes of some rows. */
function addRows(
  where: string,
  model: Predicting,
  { x, y, size, lengths }: Dataset,
  threshold: number,
  { actual, predicted, K }: { readonly actual: number[]; readonly predicted: number[]; readonly K: number },
): void {
  if (!y) refuse(TypeError, where, 'data with targets', 'inputs only');
  const { values, shape } = predictionOf(where, model, x, lengths);
  const width = shape.at(-1) ?? 1;
  const count = values.length / width;
  if (y.length !== count && y.length !== values.length)
    refuse(ShapeError, where, `targets for predictions ${shapeText(shape)}`, `${y.length} numbers`);
  const steps = shape.length > 2 ? count / size : 1;
  for (let i = 0; i < count; i++) {
    const length = lengths && steps > 1 ? lengths[Math.floor(i / steps)]! : steps;
    if (i % steps >= length) continue; // past the end of its sequence
    if (y.length === count) actual.push(wholeNumber(where, 'targets', y[i], { min: 0, below: K }));
    else actual.push(largest(where, 'targets', y, i * width, width));
    if (width === 1) predicted.push(above(where, values[i]!, i, threshold));
    else predicted.push(largest(where, 'predictions', values, i * width, width));
  }
}

/** Values and shape of a prediction. */
function predictionOf(where: string, model: Predicting, x: Float32Array, lengths: Int32Array | undefined) {
  const prediction: unknown = model.predict(x, lengths && { lengths });
  if (!isTensor(prediction)) {
    for (const part of Object.values(prediction ?? {})) if (isTensor(part)) part.dispose();
    refuse(TypeError, where, 'a model with one output', show(prediction));
  }
  const { shape } = prediction;
  const values: ArrayLike<number> = prediction.data();
  prediction.dispose();
  return { values, shape };
}
