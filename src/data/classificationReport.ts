import { listLike, show, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
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
import { flatValues, type RowData } from './rows.js';

const WHERE = 'classificationReport';

export interface ReportOptions extends ThresholdOptions {
  /** Names of the classes. Default their numbers. */
  readonly labels?: ArrayLike<string | number> | undefined;
}

/** Scores of a class, or their means over classes. */
export interface ClassScores {
  /** Share of the rows predicted as this class that are of it; 0 if there are none. */
  readonly precision: number;
  /** Share of the rows of this class that are predicted as it; 0 if there are none. */
  readonly recall: number;
  /** 2 precision recall / (precision + recall); 0 if both are 0. */
  readonly f1: number;
  /** Number of rows of this class. */
  readonly support: number;
}

/** Scores of every class. `String(report)` is a table. */
export interface ClassificationReport {
  readonly classes: readonly (ClassScores & { readonly label: string })[];
  /** Share of the rows whose class is right; NaN without rows. */
  readonly accuracy: number;
  /** Means over the classes that are true or predicted somewhere. */
  readonly macro: ClassScores;
  /** Means weighted by support. */
  readonly weighted: ClassScores;
  toString(): string;
}

/**
 * Precision, recall, F1 and support of every class, with their means, as scikit-learn defines them.
 *
 * @param yTrue class indices [n], or one-hot rows [n, K]
 * @param yPred class indices [n], scores or probabilities [n, K], or for two classes [n] or [n, 1] with the probability
 *   of class 1
 * @param options `labels`: names of the classes; `threshold` of a single output, default 0.5 (0 for logits)
 * @throws ShapeError, RangeError, NonFiniteError, TypeError as `confusionMatrix`
 * @example
 * ```ts
 * import { classificationReport } from 'wasmgrad/data';
 * const report = classificationReport([0, 0, 1, 1], [0.2, 0.7, 0.6, 0.9], { labels: ['no', 'yes'] });
 * console.log(report.classes[1].precision, report.accuracy); // 0.6667, 0.75
 * console.log(String(report)); // the table
 * ```
 */
export function classificationReport(yTrue: RowData, yPred: RowData, options?: ReportOptions): ClassificationReport;
/**
 * The same of a model's predictions for data.
 *
 * @param model with one output, of K units for K classes or of one unit for two @param data made by `dataset(x, y)`
 */
export function classificationReport(model: Predicting, data: Dataset, options?: ReportOptions): ClassificationReport;
export function classificationReport(
  first: RowData | Predicting,
  second: RowData | Dataset,
  options: ReportOptions = {},
): ClassificationReport {
  const threshold = thresholdOf(WHERE, options, ['labels']);
  const { labels } = options;
  if (labels !== undefined) checkLabels(labels);
  const classes = isPredicting(first)
    ? classesOfModel(WHERE, first, second, threshold)
    : classesOfRows(WHERE, first, second, labels?.length ?? countClasses(first, second, options.threshold), threshold);
  const { K } = classes;
  if (labels !== undefined && labels.length !== K) refuse(ShapeError, WHERE, `${K} labels`, labels.length);
  return reportOf(
    classes,
    Array.from({ length: K }, (_, k) => String(labels?.[k] ?? k)),
  );
}

function checkLabels(labels: ArrayLike<unknown>): void {
  listLike(WHERE, 'labels', labels);
  for (let i = 0; i < labels.length; i++)
    if (typeof labels[i] !== 'string' && typeof labels[i] !== 'number')
      refuse(TypeError, WHERE, 'labels to be strings or numbers', show(labels[i]));
}

/** The number of classes in rows: their width, or one more than the largest index; at least 2. With a threshold, 2. */
function countClasses(yTrue: unknown, yPred: unknown, threshold: number | undefined): number {
  if (threshold !== undefined) return 2;
  return [yTrue, yPred].reduce<number>((most, data) => {
    const { values, shape } = flatValues(WHERE, data);
    const [, width = 1] = shape;
    if (width > 1) return Math.max(most, width);
    for (let i = 0; i < values.length; i++) if (Number.isInteger(values[i])) most = Math.max(most, values[i]! + 1);
    return wholeNumber(WHERE, 'classes', most, { min: 2, max: 2 ** 16 });
  }, 2);
}

function reportOf({ actual, predicted, K }: Classes, labels: readonly string[]): ClassificationReport {
  const [right, found, support] = [actual.filter((own, i) => own === predicted[i]), predicted, actual].map((list) => {
    const counts = new Array<number>(K).fill(0);
    for (const own of list) counts[own]!++;
    return counts;
  });
  const classes = labels.map((label, k) => {
    const [tp = 0, positives = 0, own = 0] = [right?.[k], found?.[k], support?.[k]];
    const ratio = (whole: number): number => tp / (whole || 1);
    return { label, precision: ratio(positives), recall: ratio(own), f1: 2 * ratio(positives + own), support: own };
  });
  const occurring = classes.filter(({ support: own }, k) => own + (found?.[k] ?? 0) > 0);
  const report = {
    classes,
    accuracy: actual.filter((own, i) => own === predicted[i]).length / actual.length,
    macro: meansOf(occurring, () => 1),
    weighted: meansOf(occurring, (each) => each.support),
  };
  return Object.defineProperty(report, 'toString', { value: () => tableOf(report) });
}

function meansOf(classes: readonly ClassScores[], weightOf: (scores: ClassScores) => number): ClassScores {
  const sum = (of: (scores: ClassScores) => number): number => classes.reduce((total, each) => total + of(each), 0);
  const whole = sum(weightOf) || 1;
  const mean = (name: 'precision' | 'recall' | 'f1'): number => sum((each) => weightOf(each) * each[name]) / whole;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), support: sum((each) => each.support) };
}

/** A row for each class, then accuracy and means, in columns. */
function tableOf({ classes, accuracy, macro, weighted }: Omit<ClassificationReport, 'toString'>): string {
  const row = (label: string, { precision, recall, f1, support }: ClassScores): string[] => [
    label,
    ...[precision, recall, f1].map((value) => value.toFixed(4)),
    String(support),
  ];
  const rows = [
    ['', 'precision', 'recall', 'f1', 'support'],
    ...classes.map((each) => row(each.label, each)),
    ['accuracy', '', '', accuracy.toFixed(4), String(macro.support)],
    row('macro', macro),
    row('weighted', weighted),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  return rows.map((cells) => cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')).join('\n');
}
