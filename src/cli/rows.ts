// Rows of a CSV file as a command reads them.
import { dsvFormat } from 'd3-dsv';
import { Gaps, GAPS } from '../data/table/cells.js';
import { csvSource } from '../data/table/source.js';
import { FormatError } from '../core/errors.js';
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

/** What of CSV the options say. */
export const READING = {
  delimiter: { value: 'CHARACTER', help: "between cells; 'tab' for a tab (default: the one that divides the text best)" },
  'no-header': { help: 'the first record is a row; columns are called 0, 1, ...' },
} as const;

/** A column by the words of a message, many columns in short. */
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
  throw new kind(
    `expected a column of ${nameOf(path)} (${listOf(names)}), got '${name}'${suggestion(name, names)}`,
  );
}

/** The rows that have a label, and how many have none. @throws CommandError when none has one */
export function labelledRows(path: string, records: Records, label: string, given: readonly string[] = GAPS): { records: Records; left: number } {
  const column = records.names.indexOf(label);
  const gaps = new Gaps(given);
  const rows = records.rows.filter((row) => !gaps.has((row[column] ?? '').trim()));
  if (rows.length === 0) throw new CommandError(`expected values in column '${label}' of ${nameOf(path)}, got only gaps`);
  return { records: { ...records, rows }, left: records.rows.length - rows.length };
}

/** An error of the library with the file that it is about. */
export function inFile(path: string, error: unknown): unknown {
  return error instanceof FormatError ? new CommandError(`${nameOf(path)}: ${error.message}`, { cause: error }) : error;
}
