import { finiteNumber, flag, isPlain, knownOptions, oneOf, show, wholeNumber } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { Gaps, GAPS, type TableRow } from './cells.js';
import type { CategoryOptions } from './fitColumns.js';
import { labelOf, type RawLabel } from './labels.js';
import { columnReader, type ColumnReader, type Reading } from './rawColumn.js';
import { csvSource, rowSource, type CellSource } from './source.js';
import { Survey, type Role } from './survey.js';
import { Table, type ColumnReport, type InputColumn } from './table.js';

export interface TableOptions {
  /** The column to predict, or several. Default: none. */
  readonly label?: string | readonly string[] | undefined;
  /** What columns are. Those that are not named here are what their cells look like. */
  readonly columns?: Readonly<Record<string, Role>> | undefined;
  /** Of CSV: whether the first record holds names. Without names, columns are '0', '1', ... Default true. */
  readonly header?: boolean | undefined;
  /** Of CSV: one character. Default: the one of `,` `;` tab `|` that divides the text best. */
  readonly delimiter?: string | undefined;
  /** Words for gaps besides empty cells, in any case. Default `?` `-` `na` `n/a` `#n/a` `nan` `null` `none`. */
  readonly gaps?: readonly string[] | undefined;
  /** What a category is that the training rows did not have: an error, or the same as a rare one. Default `'other'`. */
  readonly unknown?: 'error' | 'other' | undefined;
  /** Categories of fewer training rows are rare: they share one input. Default 1, which makes none rare. */
  readonly minFrequency?: number | undefined;
  /** Categories that have an input of their own: at most so many of a column, the most frequent ones. Default 64. */
  readonly maxCategories?: number | undefined;
  /**
   * What a column of more categories becomes: `'other'` makes the rest rare, `'target'` puts the mean of the target of
   * its rows in place of every category. Default `'other'`.
   */
  readonly highCardinality?: 'other' | 'target' | undefined;
  /** Rows by which the mean over all rows counts in the mean of one category. Default 10. */
  readonly smoothing?: number | undefined;
  /** Whether labels that are numbers are standardised; `decode` gives them in their unit again. Default false. */
  readonly scaleLabel?: boolean | undefined;
}

const OPTIONS = [
  'label',
  'columns',
  'header',
  'delimiter',
  'gaps',
  'unknown',
  'minFrequency',
  'maxCategories',
  'highCardinality',
  'smoothing',
  'scaleLabel',
];
const ROLES: readonly Role[] = ['number', 'category', 'date', 'ignore'];

function checkText(what: string, value: unknown): string {
  if (typeof value !== 'string') refuse(TypeError, 'table', `${what} to be text`, show(value));
  return value;
}

function checkCategories(options: TableOptions): CategoryOptions {
  const {
    unknown = 'other',
    minFrequency = 1,
    maxCategories = 64,
    highCardinality = 'other',
    smoothing = 10,
  } = options;
  return {
    unknown: oneOf('table', 'unknown', unknown, ['error', 'other']),
    minFrequency: wholeNumber('table', 'minFrequency', minFrequency, { min: 1 }),
    maxCategories: wholeNumber('table', 'maxCategories', maxCategories, { min: 0 }),
    highCardinality: oneOf('table', 'highCardinality', highCardinality, ['other', 'target']),
    smoothing: finiteNumber('table', 'smoothing', smoothing, { min: 0 }),
  };
}

function checkList(what: string, value: unknown): string[] {
  if (!Array.isArray(value)) refuse(TypeError, 'table', `${what} to be an array`, show(value));
  return Array.from(value, (item: unknown, i) => checkText(`${what}[${i}]`, item));
}

/** The names of the labels, each a column of the table. */
function checkLabels(label: unknown, names: readonly string[]): string[] {
  const labels = label === undefined ? [] : typeof label === 'string' ? [label] : checkList('label', label);
  for (const [i, name] of labels.entries()) {
    if (!names.includes(name)) refuse(RangeError, 'table', `label to be one of ${show(names)}`, show(name));
    if (labels.indexOf(name) < i) refuse(RangeError, 'table', 'every label once', `${show(name)} twice`);
  }
  return labels;
}

/** The roles that were given. */
function checkRoles(given: unknown, names: readonly string[]): ReadonlyMap<string, Role> {
  if (!isPlain(given)) refuse(TypeError, 'table', 'columns to be an object of roles by column', show(given));
  for (const name of Object.keys(given))
    if (!names.includes(name)) refuse(RangeError, 'table', `columns of ${show(names)}`, show(name));
  return new Map(Object.entries(given).map(([name, role]) => [name, oneOf('table', `columns.${name}`, role, ROLES)]));
}

function sourceOf(data: unknown, options: TableOptions): CellSource {
  const header = flag('table', 'header', options.header ?? true);
  if (typeof data === 'string') return csvSource('table', data, { delimiter: options.delimiter, header });
  if (!Array.isArray(data)) refuse(TypeError, 'table', 'CSV text or an array of rows', show(data));
  return rowSource('table', data);
}

function readingOf(survey: Survey, role: Role, delimiter: string | undefined): Reading | undefined {
  if (role === 'number') return { role, decimal: survey.decimal(delimiter) };
  if (role === 'date') return { role, order: survey.order };
  return role === 'category' ? { role } : undefined;
}

/** Looks at all cells. */
function surveyOf(source: CellSource, gaps: Gaps): { surveys: Survey[]; names: readonly string[]; size: number } {
  const surveys: Survey[] = [];
  let size = 0;
  const names = source.each((cells) => {
    size++;
    for (let i = 0; i < cells.length; i++) (surveys[i] ??= new Survey()).see(cells[i], gaps);
  });
  if (size === 0) refuse(FormatError, 'table', 'at least one row', 'none');
  return { surveys, names, size };
}

/** Reads all columns that have a role. */
function readColumns(source: CellSource, readings: readonly (ColumnReader | undefined)[]): void {
  source.each((cells, row) => {
    for (let i = 0; i < readings.length; i++) readings[i]?.put(row, cells[i]);
  });
}

/**
 * Reads a table as it is found: CSV with gaps, words, dates, a decimal comma and quotes, or rows as objects; and makes
 * data for a model from it.
 *
 * Every column that is not a label has a role, which is guessed from its cells and told by `columns` of the result:
 * - `'number'`: gaps become the median, then (x - mean) / deviation.
 * - `'category'`: an input for every word, which is 1 for it (one-hot); gaps become the most frequent word. Rare words,
 *   if there are any, share an input, which unknown words have, too; otherwise an unknown word is 0 everywhere.
 * - `'date'`: like a number, and sine and cosine of the time of the year, the day of the week and the time of day.
 *   3/4/2024 is the 4th of March unless the column has a day that is no month.
 * - `'ignore'`: columns without any cell, and those of words that hardly ever occur twice, like names.
 *
 * If a column has gaps, one more input is 1 for them. A label of words, booleans, or whole numbers 0..K-1 or 1..K, each
 * twice on average, is one of classes; other numbers are to be predicted as they are. Several labels are a row of numbers,
 * or targets by name when some are classes.
 *
 * `dataset` and `preprocessing` of the result are of all rows. `split` and `crossValidate` fit on training rows only.
 *
 * @param data CSV (d3-dsv reads it), or an array of objects with a cell for each column
 * @returns a `Table`: `{ dataset, preprocessing, columns, classes, size, split }`
 * @throws FormatError, with the record or row, for records of different length, quotes without an end, labels that are
 *   gaps and cells that do not suit a role that was given; RangeError for labels and columns that do not exist;
 *   TypeError for unknown options and cells that no table has
 * @example
 * ```ts
 * import { table } from 'wasmgrad/data';
 * const text = 'age;city;income\n41;Oslo;1,5\n?;Rome;2,5\n';
 * const { dataset, preprocessing, columns } = table(text, { label: 'income' });
 * console.log(preprocessing.inputs); // ['age', 'age:missing', 'city=Oslo', 'city=Rome']
 * console.log(dataset.y, columns[0]); // Float32Array [1.5, 2.5] { name: 'age', role: 'number', guessed: true, gaps: 1 }
 * ```
 */
export function table(data: string | readonly TableRow[], options: TableOptions = {}): Table {
  knownOptions('table', options, OPTIONS);
  const categories = checkCategories(options);
  const gaps = new Gaps(options.gaps === undefined ? GAPS : checkList('gaps', options.gaps));
  const scaleLabel = flag('table', 'scaleLabel', options.scaleLabel ?? false);
  const source = sourceOf(data, options);
  const { surveys, names, size } = surveyOf(source, gaps);
  const labels = checkLabels(options.label, names);
  const given = checkRoles(options.columns ?? {}, names);
  const all = names.map((name, i) => {
    const survey = surveys[i] ?? new Survey();
    const isLabel = labels.includes(name);
    const role = given.get(name) ?? (isLabel ? survey.labelRole() : survey.role());
    const reading = readingOf(survey, role, source.delimiter);
    const reader = reading && columnReader('table', name, reading, size, gaps, survey.single);
    return { name, survey, isLabel, role, reading, reader };
  });
  readColumns(
    source,
    all.map(({ reader }) => reader),
  );
  const columns = all
    .filter(({ isLabel }) => !isLabel)
    .map(({ name, reading, reader }): InputColumn => ({ name, reading, raw: reader?.done() }));
  const report = all.map(({ name, role, isLabel, survey }): ColumnReport => ({
    name,
    role: isLabel ? 'label' : role,
    guessed: !given.has(name),
    gaps: survey.gaps,
  }));
  const rawLabels = labels.map((name): RawLabel => {
    const { reading, reader, survey } = all.find((column) => column.name === name) ?? {};
    if (!reading || !reader || reading.role === 'date')
      refuse(RangeError, 'table', `column '${name}', a label, to hold numbers or classes`, reading?.role ?? 'nothing');
    const decimal = reading.role === 'number' ? reading.decimal : '.';
    return labelOf('table', name, reader.done(), decimal, survey?.booleans ?? false);
  });
  return Table.of({ size, columns, labels: rawLabels, report, gaps: gaps.words, categories, scaleLabel });
}
