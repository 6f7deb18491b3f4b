// Rows of a CSV file as a command reads them.
import { dsvFormat } from 'd3-dsv';
import { Gaps, GAPS } from '../data/table/cells.js';
import { csvSource } from '../data/table/source.js';
import { FormatError } from '../core/errors.js';
import type { Given } from './command.js';
import { CommandError, UsageError } from './errors.js';
import { nameOf } from './files.js';
import { suggestion } from './suggest.js';

/** Records with the names of their columns. */
export interface Records {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: string;
}

export interface ReadingOptions {
  readonly delimiter?: string | undefined;
  /** Whether the first record holds names. */
  readonly header: boolean;
}

/** Options about the characters of CSV. */
export const LAYOUT = {
  delimiter: {
    value: 'CHARACTER',
    help: "between cells; 'tab' for a tab (default: the one that divides the text best)",
  },
  'no-header': { help: 'the first record is a row; columns are called 0, 1, ...' },
} as const;

/** All options about reading CSV. */
export const READING = {
  ...LAYOUT,
  gaps: {
    value: 'WORDS',
    help: "words for gaps besides empty cells, separated by commas; '' for none\n(default: ?,-,na,n/a,#n/a,nan,null,none)",
  },
} as const;

/** The words of the option `gaps`, if it was given. */
export function gapsOf(given: Given): readonly string[] | undefined {
  if (!given.has('gaps')) return undefined;
  return given.list('gaps').flatMap((words) => words.split(',').map((word) => word.trim())).filter((word) => word !== ''); // prettier-ignore
}

/** Columns as the words of a message, many in short. */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 40).join(', ');
  return names.length > 40 ? `${shown}, ... (${names.length})` : shown;
}

/** Reads all records of a text. @throws CommandError when there is no row or no column */
export function recordsOf(path: string, text: string, options: ReadingOptions): Records {
  const delimiter = options.delimiter === 'tab' ? '\t' : options.delimiter;
  if (delimiter !== undefined && (delimiter.length !== 1 || '"\r\n'.includes(delimiter)))
    throw new UsageError(`--delimiter: expected one character that is no quote, got '${delimiter}'`);
  const source = csvSource(nameOf(path), text, { delimiter, header: options.header });
  const rows: string[][] = [];
  const names = source.each((cells) => rows.push(cells.map(String)));
  if (rows.length === 0) throw new CommandError(`expected rows in ${nameOf(path)}, got only the names of columns`);
  return { names, rows, delimiter: source.delimiter ?? ',' };
}

/** Records as a text that reads as the same records. */
export function textOfRecords({ names, rows, delimiter }: Records): string {
  return dsvFormat(delimiter).formatRows([[...names], ...rows.map((row) => [...row])]);
}

/** A row of CSV with commas. */
export function csvLine(cells: readonly string[]): string {
  return `${dsvFormat(',').formatRow([...cells])}\n`;
}

/** The position of a column. @throws `kind` with the names of all when it does not exist */
export function columnOf(
  path: string,
  names: readonly string[],
  name: string,
  kind: new (message: string) => Error = UsageError,
): number {
  const position = names.indexOf(name);
  if (position >= 0) return position;
  throw new kind(`expected a column of ${nameOf(path)} (${listOf(names)}), got '${name}'${suggestion(name, names)}`);
}

/** Records with a label, and what is known of those without. */
export interface Labelled {
  readonly records: Records;
  readonly left: number;
  /** What is said of rows that were left out; empty if there are none. */
  readonly note: string;
}

/** The rows that have a label. @throws CommandError when none has one */
export function labelledRows(path: string, records: Records, label: string, words: readonly string[] = GAPS): Labelled {
  const column = records.names.indexOf(label);
  const gaps = new Gaps(words);
  const found = new Map<string, number>();
  const rows = records.rows.filter((row) => {
    const cell = (row[column] ?? '').trim();
    if (!gaps.has(cell)) return true;
    found.set(cell, (found.get(cell) ?? 0) + 1);
    return false;
  });
  const left = records.rows.length - rows.length;
  const named = [...found].filter(([word]) => word !== '').map(([word, count]) => `'${word}' ${count}`);
  if (rows.length === 0)
    throw new CommandError(`expected values in column '${label}' of ${nameOf(path)}, got only gaps${named.length > 0 ? ` (${named.join(', ')})` : ''}`); // prettier-ignore
  const hint = named.length > 0 ? `: ${named.join(', ')} (--gaps tells which words stand for gaps)` : '';
  const note = left === 0 ? '' : `${left} row${left === 1 ? '' : 's'} without a label left out${hint}`;
  return { records: { ...records, rows }, left, note };
}

/** An error of the library with the file that it is about. */
export function inFile(path: string, error: unknown): unknown {
  return error instanceof FormatError ? new CommandError(`${nameOf(path)}: ${error.message}`, { cause: error }) : error;
}
