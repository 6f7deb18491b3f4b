import { wholeNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { flatValues, type RowData } from './rows.js';

const WHERE = 'confusionMatrix';

/** Position of the largest of `values[at] ... values[at + K - 1]`, the first of equals. */
function largest(values: ArrayLike<number>, at: number, K: number): number {
  let best = 0;
  for (let k = 1; k < K; k++) if (values[at + k]! > values[at + best]!) best = k;
  return best;
}

/** One class a row: indices as they are, of [n, K] the column with the largest value. */
function classesOf(what: string, data: RowData, K: number): number[] {
  const { values, shape } = flatValues(WHERE, data);
  const [n = 0, width = 1] = shape;
  if (shape.length === 2 && width === K && K > 1) return Array.from({ length: n }, (_, i) => largest(values, i * K, K));
  if (shape.length === 1 || (shape.length === 2 && width === 1)) {
    return Array.from(values, (value) => wholeNumber(WHERE, what, value, { min: 0, below: K }));
  }
  throw new ShapeError(`${WHERE}: expected ${what} of shape [n] or [n, ${K}], got ${shapeText(shape)}`);
}

/**
 * How often a row of class i was taken for class j: `matrix[i][j]`, true classes down, predicted ones across.
 *
 * @param yTrue class indices [n], or one-hot rows [n, K]
 * @param yPred class indices [n], or scores or probabilities [n, K] as `predict` gives them
 * @param K number of classes
 * @throws ShapeError when shapes or numbers of rows differ; RangeError for classes outside 0..K-1; TypeError
 * @example
 * ```ts
 * import { confusionMatrix } from 'wasmgrad/data';
 * console.log(confusionMatrix([0, 0, 1, 2], [0, 1, 1, 2], 3)); // [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
 * ```
 */
export function confusionMatrix(yTrue: RowData, yPred: RowData, K: number): number[][] {
  wholeNumber(WHERE, 'K', K, { min: 1 });
  const actual = classesOf('yTrue', yTrue, K);
  const predicted = classesOf('yPred', yPred, K);
  if (actual.length !== predicted.length) {
    throw new ShapeError(
      `${WHERE}: expected as many rows in yPred as in yTrue, got ${predicted.length} and ${actual.length}`,
    );
  }
  const matrix = Array.from({ length: K }, () => new Array<number>(K).fill(0));
  actual.forEach((i, row) => matrix[i]![predicted[row]!]!++);
  return matrix;
}
