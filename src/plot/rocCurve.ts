import type { RowData } from '../data/rows.js';
import { labelsOf, pictureOptions, sizeOptions, type ChartOptions } from './options.js';
import { panelOf } from './panel.js';
import { classesOf, ratesOf, type RocPoints } from './roc.js';
import type { Series } from './series.js';
import { sheetOf } from './sheet.js';

export interface RocCurveOptions extends ChartOptions {
  /** Names of the classes of scores [n, classes]. Default their numbers. */
  readonly labels?: ArrayLike<string | number> | undefined;
}

const WHERE = 'rocCurve';

function curveOf({ falsePositiveRate, truePositiveRate, auc }: RocPoints, name: string): Series {
  const points = falsePositiveRate.map((rate, i): [number, number] => [rate, truePositiveRate[i] ?? NaN]);
  const area = Number.isNaN(auc) ? 'no AUC: one class only' : `AUC ${auc.toFixed(4)}`;
  return { name: name ? `${name}, ${area}` : area, points: Number.isNaN(auc) ? [] : points };
}

/**
 * The ROC curve: the rate of true positives over that of false ones, for every threshold, and the area under it (AUC).
 * Scores of several classes give a curve for each class against all others.
 *
 * @param scores [n], larger for what is rather positive, or [n, classes] as `predict` gives them
 * @param labels [n], 0 or 1 (or -1 and 1); class indices [n] or one-hot rows for scores [n, classes]
 * @param options `labels`: names of the classes; `title`, `width`, `height`, `theme`
 * @returns an SVG document as text; `rocPoints` gives the numbers
 * @throws ShapeError, RangeError for other labels, NonFiniteError, TypeError
 * @example
 * ```ts
 * import { rocCurve } from 'wasmgrad/plot';
 * console.log(rocCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).includes('AUC 0.7500')); // true
 * ```
 */
export function rocCurve(scores: RowData, labels: RowData, options: RocCurveOptions = {}): string {
  const { title, theme } = pictureOptions(WHERE, options, 'ROC curve', ['labels', 'width', 'height']);
  const size = sizeOptions(WHERE, options);
  const classes = classesOf(WHERE, scores, labels);
  const names = options.labels === undefined ? undefined : labelsOf(WHERE, options.labels, 1 + Math.max(...classes.map((one) => one.class))); // prettier-ignore
  const nameOf = (index: number): string => names?.[index] ?? (classes.length === 1 ? '' : `class ${index}`);
  const curves = classes.map((one) => {
    if (one.scores.length === 0) return { name: nameOf(one.class) || 'no data', points: [] };
    return curveOf(ratesOf(one.scores, one.isPositive), nameOf(one.class));
  });
  const undotted = curves.map((series): Series => ({ ...series, style: 'line' }));
  const chance: Series = { name: 'chance', style: 'guide', points: [[0, 0], [1, 1]] }; // prettier-ignore
  const chart = { title, xLabel: 'false positive rate', yLabel: 'true positive rate', xRange: [0, 1], yRange: [0, 1], square: true, series: [chance, ...undotted], ...size } as const; // prettier-ignore
  return sheetOf([panelOf(chart, [440, 440])], { title, theme });
}
