// Predictions beside the truth, and the figures that tell how good they are.
import { classificationReport, confusionMatrix } from '../data/index.js';

/** Of classes: indices, and a probability for each class of each row. */
export interface ClassOutcome {
  readonly classes: readonly string[];
  readonly truth: readonly number[];
  /** Row by row. */
  readonly probabilities: readonly (readonly number[])[];
  /** The class that a guess without inputs names, row by row. */
  readonly guessed: readonly number[];
}

/** Of numbers, in the unit of the table. */
export interface NumberOutcome {
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  readonly guessed: readonly number[];
}

export type Outcome = ClassOutcome | NumberOutcome;

export function isClasses(outcome: Outcome): outcome is ClassOutcome {
  return 'classes' in outcome;
}

/** Outcomes of parts of the rows as one. */
export function pooled(parts: readonly Outcome[]): Outcome {
  const truth = parts.flatMap((part) => part.truth);
  const guessed = parts.flatMap((part) => part.guessed);
  const [first] = parts;
  if (!first || !isClasses(first))
    return { truth, guessed, predicted: parts.flatMap((part) => (isClasses(part) ? [] : part.predicted)) };
  const probabilities = parts.flatMap((part) => (isClasses(part) ? part.probabilities : []));
  return { classes: first.classes, truth, guessed, probabilities };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) * (value - mean))));
}

/** The position of the largest; the first one of several. */
export function largest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0);
}

const SMALLEST = 1e-15;

/** Figures by name. */
type Figures = Readonly<Record<string, number>>;

function numberFigures(truth: readonly number[], predicted: readonly number[]): Figures {
  const errors = truth.map((value, i) => (predicted[i] ?? NaN) - value);
  const squares = meanOf(errors.map((error) => error * error));
  const variance = deviationOf(truth) ** 2;
  return {
    'root mean squared error': Math.sqrt(squares),
    'mean absolute error': meanOf(errors.map(Math.abs)),
    'R2 (1 is perfect)': variance > 0 ? 1 - squares / variance : NaN,
  };
}

/** The figures of the model, and those of a guess without inputs. */
export function figuresOf(outcome: Outcome): { readonly model: Figures; readonly guess: Figures } {
  const { truth, guessed } = outcome;
  if (!isClasses(outcome))
    return { model: numberFigures(truth, outcome.predicted), guess: numberFigures(truth, guessed) };
  const { probabilities } = outcome;
  const right = probabilities.map((row, i) => Number(largest(row) === truth[i]));
  const losses = probabilities.map((row, i) => -Math.log(Math.max(SMALLEST, row[truth[i] ?? 0] ?? 0)));
  return {
    model: { accuracy: meanOf(right), 'log loss': meanOf(losses) },
    guess: { accuracy: meanOf(guessed.map((k, i) => Number(k === truth[i]))) },
  };
}

function shown(name: string, value: number): string {
  if (name === 'accuracy') return `${(100 * value).toFixed(1)} %`;
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '-';
}

/** Cells in columns, the first one to the left. */
export function aligned(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), []);
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join('\n');
}

/** The figures as a table, the guess beside the model, and what deviates from fold to fold. */
export function figureTable(outcome: Outcome, folds: readonly Outcome[]): string {
  const { model, guess } = figuresOf(outcome);
  const guessName = isClasses(outcome) ? 'most frequent class' : 'the mean';
  const each = folds.map((fold) => figuresOf(fold).model);
  const spread = (name: string): string[] =>
    folds.length > 1 ? [`± ${shown(name, deviationOf(each.map((figures) => figures[name] ?? NaN)))}`] : [];
  return aligned([
    ['', 'model', ...(folds.length > 1 ? ['by fold'] : []), `always ${guessName}`],
    ...Object.entries(model).map(([name, value]) => [
      name,
      shown(name, value),
      ...spread(name),
      name in guess ? shown(name, guess[name] ?? NaN) : '',
    ]),
  ]);
}

/** Precision and recall of every class; empty for numbers, and for more classes than a person reads. */
export function classTable(outcome: Outcome): string {
  if (!isClasses(outcome) || outcome.classes.length > 40) return '';
  const { classes, truth, probabilities } = outcome;
  const predicted = probabilities.map(largest);
  const report = String(classificationReport([...truth], predicted, { labels: [...classes] }));
  return report.replaceAll(/^/gm, '  ');
}

/** Counts of actual by predicted classes. */
export function matrixOf({ classes, truth, probabilities }: ClassOutcome): number[][] {
  return confusionMatrix([...truth], probabilities.map(largest), classes.length);
}
