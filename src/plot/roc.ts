// The receiver operating characteristic in exact counts.
import { wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { flatValues, type RowData } from '../data/rows.js';
import { column, finiteValues } from './options.js';

export interface RocPoints {
  /** Share of the negatives with a score of at least the threshold. */
  readonly falsePositiveRate: readonly number[];
  /** The same of the positives. */
  readonly truePositiveRate: readonly number[];
  /** From Infinity down: every score that occurs. */
  readonly thresholds: readonly number[];
  /** Area under the curve. NaN without positives or without negatives. */
  readonly auc: number;
}

/** For each row whether it is positive: labels 0 and 1, or -1 and 1. */
export function positives(where: string, labels: unknown): boolean[] {
  const values = column(where, 'labels', labels);
  const lower = Array.from(values).includes(-1) ? -1 : 0;
  return Array.from(values, (value, i) => {
    if (value !== lower && value !== 1) refuse(RangeError, where, `labels ${lower} or 1`, `${value} at position ${i}`);
    return value === 1;
  });
}

/** Rates at every threshold, from the highest score down. */
export function ratesOf(scores: ArrayLike<number>, isPositive: readonly boolean[]): RocPoints {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const all = isPositive.reduce((sum, one) => sum + Number(one), 0);
  const none = isPositive.length - all;
  const [falsePositiveRate, truePositiveRate, thresholds] = [[0], [0], [Infinity]];
  let [right, wrong, area] = [0, 0, 0];
  for (let i = 0; i < order.length;) {
    const threshold = scores[order[i]!]!;
    const [before, from] = [right, wrong];
    for (; i < order.length && scores[order[i]!]! === threshold; i++) {
      if (isPositive[order[i]!]) right++;
      else wrong++;
    }
    area += (wrong - from) * (right + before);
    falsePositiveRate.push(wrong / none);
    truePositiveRate.push(right / all);
    thresholds.push(threshold);
  }
  return { falsePositiveRate, truePositiveRate, thresholds, auc: area / (2 * all * none) };
}

/**
 * The points of the ROC curve and the area under it, which is the share of pairs of a positive and a negative that the
 * scores put in the right order, ties counted half.
 *
 * @param scores [n], larger for what is rather positive: probabilities or logits
 * @param labels [n], 0 or 1 (or -1 and 1)
 * @throws ShapeError when the numbers of rows differ; RangeError for other labels; NonFiniteError; TypeError
 * @example
 * ```ts
 * import { rocPoints } from 'wasmgrad/plot';
 * console.log(rocPoints([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).auc); // 0.75
 * ```
 */
export function rocPoints(scores: RowData, labels: RowData): RocPoints {
  const where = 'rocPoints';
  const values = column(where, 'scores', scores);
  const isPositive = positives(where, labels);
  checkRows(where, values.length, isPositive.length);
  return ratesOf(values, isPositive);
}

export function checkRows(where: string, scores: number, labels: number): void {
  if (scores !== labels) refuse(ShapeError, where, `${scores} labels, one for each score`, labels);
}

/** Scores and labels of several classes, each against all others. */
export function classesOf(
  where: string,
  scores: RowData,
  labels: RowData,
): { scores: ArrayLike<number>; isPositive: readonly boolean[]; class: number }[] {
  const { values, shape } = flatValues(where, scores);
  const [rows = 0, classes = 1] = shape;
  if (shape.length > 2) refuse(ShapeError, where, 'scores of shape [n] or [n, classes]', shape);
  finiteValues(where, 'scores', values);
  if (classes === 1) {
    const isPositive = positives(where, labels);
    checkRows(where, rows, isPositive.length);
    return [{ scores: values, isPositive, class: 1 }];
  }
  if (classes > MOST_CLASSES) refuse(RangeError, where, `scores of at most ${MOST_CLASSES} classes`, classes);
  const actual = indicesOf(where, labels, rows, classes);
  // The two curves of two classes are the same one, mirrored
  const numbers = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);
  return numbers.map((k) => ({
    scores: Float64Array.from({ length: rows }, (_, i) => values[i * classes + k]!),
    isPositive: actual.map((label) => label === k),
    class: k,
  }));
}

const MOST_CLASSES = 1000;

/** The class of each row: the index itself, or the position of the largest value in [n, classes], which may be flat. */
export function indicesOf(where: string, labels: unknown, rows: number, classes: number): number[] {
  const { values, shape } = flatValues(where, labels);
  const isFlat = shape.length === 1 && shape[0] !== rows && shape[0] === rows * classes;
  const [n = 0, width = 1] = isFlat ? [rows, classes] : shape;
  finiteValues(where, 'labels', values);
  if (shape.length > 2 || (width !== 1 && width !== classes))
    refuse(ShapeError, where, `labels of shape [n] or [n, ${classes}]`, shape);
  checkRows(where, rows, n);
  if (width === 1)
    return Array.from(values, (value) => wholeNumber(where, 'labels', value, { min: 0, below: classes }));
  return Array.from({ length: n }, (_, i) => {
    let best = 0;
    for (let k = 1; k < width; k++) if (values[i * width + k]! > values[i * width + best]!) best = k;
    return best;
  });
}
