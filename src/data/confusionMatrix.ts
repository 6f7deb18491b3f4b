import { wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import {
  classesOfModel,
  classesOfRows,
  isPredicting,
  thresholdOf,
  type Classes,
  type Predicting,
  type ThresholdOptions,
} from './classes.js';
import type { Dataset } from './dataset.js';
import type { RowData } from './rows.js';

const WHERE = 'confusionMatrix';

/** Largest number of counts in the matrix. */
const MAX_COUNTS = 2 ** 27;

function checkClasses(K: number): number {
  if (K * K > MAX_COUNTS) refuse(RangeError, WHERE, `a matrix of at most ${MAX_COUNTS} counts`, `${K} classes`);
  return K;
}

/** `matrix[i][j]` counts rows of true class i that were predicted as class j. */
function countsOf({ actual, predicted, K }: Classes): number[][] {
  const matrix = Array.from({ length: K }, () => new Array<number>(K).fill(0));
  actual.forEach((i, row) => matrix[i]![predicted[row]!]!++);
  return matrix;
}

/**
 * `matrix[i][j]` counts the rows of true class i that were predicted as class j.
 *
 * @param yTrue class indices [n], or one-hot rows [n, K]
 * @param yPred class indices [n], or scores or probabilities [n, K] as `predict` gives them; for two classes also [n] or
 *   [n, 1] with the probability of class 1, which is predicted above 0.5
 * @param K number of classes
 * @throws ShapeError when shapes or numbers of rows differ; RangeError for classes outside 0..K-1; NonFiniteError for
 *   scores that are NaN; TypeError
 * @example
 * ```ts
 * import { confusionMatrix } from 'wasmgrad/data';
 * console.log(confusionMatrix([0, 0, 1, 2], [0, 1, 1, 2], 3)); // [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
 * ```
 */
export function confusionMatrix(yTrue: RowData, yPred: RowData, K: number): number[][];
/**
 * The same of a model's predictions for data: the steps past a sequence's length do not count.
 *
 * @param model with one output, of K units for K classes or of one unit for two
 * @param data made by `dataset(x, y)`
 * @param options `threshold` of a single output unit, default 0.5 (0 for logits)
 */
export function confusionMatrix(model: Predicting, data: Dataset, options?: ThresholdOptions): number[][];
export function confusionMatrix(
  first: RowData | Predicting,
  second: RowData | Dataset,
  last: number | ThresholdOptions = {},
): number[][] {
  if (isPredicting(first)) {
    const threshold = thresholdOf(WHERE, typeof last === 'number' ? {} : last);
    checkClasses(first.outputShape.at(-1) ?? 1);
    return countsOf(classesOfModel(WHERE, first, second, threshold));
  }
  const K = checkClasses(wholeNumber(WHERE, 'K', last, { min: 1 }));
  return countsOf(classesOfRows(WHERE, first, second, K));
}
