import { flag, knownOptions, listLike, show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { buildDataset } from './build.js';
import { parseCsv, type CsvRecord } from './csv.js';
import type { Dataset } from './dataset.js';
import { lostColumn } from './rows.js';

/** A column by its name, or by its position from 0. */
export type ColumnKey = string | number;

export interface CsvOptions {
  /** Whether the first line holds the names of the columns, no two the same. Without it they are called '0', '1', ... Default true. */
  readonly header?: boolean | undefined;
  /** One character between cells. Default ','. */
  readonly delimiter?: string | undefined;
  /** The columns of `x`, in this order. Default: all but `label`. */
  readonly columns?: readonly ColumnKey[] | undefined;
  /** The column that becomes `y`. Default: none. */
  readonly label?: ColumnKey | undefined;
}

export interface CsvTable {
  /** The rows: `x` [n, columns]; `y` [n] with a label. */
  readonly data: Dataset;
  /** Names of the columns of `x`. */
  readonly columns: string[];
  /** When the labels are words: the word of each class index, in alphabetical order. */
  readonly classes?: string[];
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function checkDelimiter(delimiter: unknown): string {
  if (typeof delimiter === 'string' && delimiter.length === 1 && !'"\r\n'.includes(delimiter)) return delimiter;
  const kind = typeof delimiter === 'string' ? RangeError : TypeError;
  refuse(kind, 'readCsv', 'delimiter to be one character, no quote or line break', show(delimiter));
}

/** The position of a column. */
function find(names: readonly string[], key: ColumnKey): number {
  const position = typeof key === 'string' ? names.indexOf(key) : key;
  if (Number.isInteger(position) && position >= 0 && position < names.length) return position;
  refuse(RangeError, 'readCsv', `a column of ${show(names)}`, show(key));
}

function parseNumber(record: CsvRecord, position: number, names: readonly string[]): number {
  const text = cellOf(record, position);
  const value = Number(text);
  if (NUMBER.test(text) && Number.isFinite(Math.fround(value))) return value;
  refuse(FormatError, 'readCsv', `a number in line ${record.line}, column '${names[position]}'`, show(text));
}

function cellOf({ cells }: CsvRecord, position: number): string {
  return (cells[position] ?? '').trim();
}

/** Refuses a column whose cells differ but are all the same number as f32. */
function checkDistinct(values: readonly number[], names: readonly string[]): readonly number[] {
  const lost = lostColumn(values, names.length);
  if (lost < 0) return values;
  const got = `different ones that are all ${Math.fround(values[lost] ?? NaN)}: leave it out, or subtract an offset in the text`;
  refuse(FormatError, 'readCsv', `numbers that differ as f32 in column '${names[lost]}'`, got);
}

/** Labels that are all numbers stay numbers. Otherwise all are words, and y holds their class indices. */
function readLabels(
  records: readonly CsvRecord[],
  position: number,
  names: readonly string[],
): { y: Float32Array | Int32Array; classes?: string[] } {
  const words = records.map((record) => cellOf(record, position));
  const blank = words.indexOf('');
  if (blank >= 0) refuse(FormatError, 'readCsv', `a label in line ${records[blank]?.line ?? 0}`, 'an empty cell');
  if (words.every((word) => NUMBER.test(word))) {
    const numbers = records.map((record) => parseNumber(record, position, names));
    return { y: Float32Array.from(checkDistinct(numbers, [names[position] ?? ''])) };
  }
  const classes = [...new Set(words)].sort();
  const index = new Map(classes.map((word, i) => [word, i]));
  return { y: Int32Array.from(words, (word) => index.get(word) ?? -1), classes };
}

/** Names that say which column is meant. */
function checkNames(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    if (found.has(name)) refuse(FormatError, 'readCsv', 'distinct names of columns', `${show(name)} twice`);
    found.add(name);
  }
  return names;
}

function checkWidths(records: readonly CsvRecord[], width: number): void {
  for (const { cells, line } of records) {
    if (cells.length !== width) refuse(FormatError, 'readCsv', `${width} cells in line ${line}`, cells.length);
  }
}

/**
 * Reads a table of numbers from CSV (RFC 4180). The label may be a number, or a word: then `y` holds class indices.
 *
 * @throws FormatError, with the line, for damaged text, rows of different length and cells that are not numbers (as f32);
 *   with the name, for columns of the same name and for a column whose numbers differ but are all the same as f32;
 *   RangeError for columns that do not exist; TypeError for unknown options
 * @example
 * ```ts
 * import { readCsv } from 'wasmgrad/data';
 * const text = 'length,width,kind\n5.1,3.5,iris\n4.9,3,rose\n';
 * const { data, columns, classes } = readCsv(text, { label: 'kind' });
 * console.log(columns, classes, data.y); // ['length', 'width'] ['iris', 'rose'] Int32Array [0, 1]
 * ```
 */
export function readCsv(text: string, options: CsvOptions = {}): CsvTable {
  if (typeof text !== 'string') refuse(TypeError, 'readCsv', 'text', show(text));
  knownOptions('readCsv', options, ['header', 'delimiter', 'columns', 'label']);
  const hasHeader = flag('readCsv', 'header', options.header ?? true);
  const records = parseCsv(text, checkDelimiter(options.delimiter ?? ','));
  const [first] = records;
  const rows = hasHeader ? records.slice(1) : records;
  if (!first || rows.length === 0) refuse(FormatError, 'readCsv', 'at least one line of data', 'none');
  const names = checkNames(first.cells.map((name, i) => (hasHeader ? name.trim() : String(i))));
  checkWidths(rows, names.length);

  const label = options.label === undefined ? undefined : find(names, options.label);
  const positions = options.columns
    ? Array.from(listLike('readCsv', 'columns', options.columns), (key) => find(names, key))
    : [...names.keys()].filter((i) => i !== label);
  const twice = positions.find((position, i) => position === label || positions.indexOf(position) < i);
  if (twice !== undefined)
    refuse(RangeError, 'readCsv', 'columns other than the label, each once', `${show(names[twice])} twice`);
  if (positions.length === 0) refuse(RangeError, 'readCsv', 'at least one column for x', 'none');
  const columns = positions.map((position) => names[position] ?? '');
  const cells = rows.flatMap((row) => positions.map((position) => parseNumber(row, position, names)));
  const x = Float32Array.from(checkDistinct(cells, columns));
  const { y, classes } = label === undefined ? {} : readLabels(rows, label, names);
  const data = buildDataset('readCsv', x, y, { shape: [positions.length] });
  return { data, columns, ...(classes && { classes }) };
}
