import { wholeNumber } from '../core/checks.js';
import { NonFiniteError, ShapeError, refuse } from '../core/errors.js';
import { flatValues, type RowData } from './rows.js';

const WHERE = 'confusionMatrix';

/** Largest number of counts in the matrix. */
const MAX_COUNTS = 2 ** 27;

/** Position of the largest of `values[at] ... values[at + K - 1]`, the first of equals. */
function largest(what: string, values: ArrayLike<number>, at: number, K: number): number {
  let best = 0;
  for (let k = 0; k < K; k++) {
    if (Number.isNaN(values[at + k])) refuse(NonFiniteError, WHERE, `scores in ${what}`, `NaN in row ${at / K}`);
    if (values[at + k]! > values[at + best]!) best = k;
  }
  return best;
}

/** The class of each row: the index itself, or the column with the largest value in [n, K]. */
function classesOf(what: string, data: RowData, K: number): number[] {
  const { values, shape } = flatValues(WHERE, data);
  const [n = 0, width = 1] = shape;
  if (shape.length === 2 && width === K && K > 1)
    return Array.from({ length: n }, (_, i) => largest(what, values, i * K, K));
  if (shape.length === 1 || (shape.length === 2 && width === 1)) {
    return Array.from(values, (value) => wholeNumber(WHERE, what, value, { min: 0, below: K }));
  }
  refuse(ShapeError, WHERE, `${what} of shape [n] or [n, ${K}]`, shape);
}

/**
 * `matrix[i][j]` counts the rows of true class i that were predicted as class j.
 *
 * @param yTrue class indices [n], or one-hot rows [n, K]
 * @param yPred class indices [n], or scores or probabilities [n, K] as `predict` gives them
 * @param K number of classes
 * @throws ShapeError when shapes or numbers of rows differ; RangeError for classes outside 0..K-1; NonFiniteError for
 *   scores that are NaN; TypeError
 * @example
 * ```ts
 * import { confusionMatrix } from 'wasmgrad/data';
 * console.log(confusionMatrix([0, 0, 1, 2], [0, 1, 1, 2], 3)); // [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
 * ```
 */
export function confusionMatrix(yTrue: RowData, yPred: RowData, K: number): number[][] {
  wholeNumber(WHERE, 'K', K, { min: 1 });
  if (K * K > MAX_COUNTS) refuse(RangeError, WHERE, `a matrix of at most ${MAX_COUNTS} counts`, `${K} classes`);
  const actual = classesOf('yTrue', yTrue, K);
  const predicted = classesOf('yPred', yPred, K);
  if (actual.length !== predicted.length) {
    refuse(ShapeError, WHERE, 'as many rows in yPred as in yTrue', `${predicted.length} and ${actual.length}`);
  }
  const matrix = Array.from({ length: K }, () => new Array<number>(K).fill(0));
  actual.forEach((i, row) => matrix[i]![predicted[row]!]!++);
  return matrix;
}
