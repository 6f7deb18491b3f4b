// The table that a model is trained on, from a file.
import { table, type Table } from '../data/index.js';
import type { Role } from '../data/table/survey.js';
import { CommandError, UsageError } from './errors.js';
import type { Given } from './command.js';
import { nameOf } from './files.js';
import {
  columnOf,
  gapsOf,
  inFile,
  labelledRows,
  listOf,
  recordsOf,
  textOfRecords,
  type ReadingOptions,
} from './rows.js';

const ROLES: readonly Role[] = ['number', 'category', 'date', 'ignore'];

/** How a file is read as a table. Plain data, so that a receipt can hold it. */
export interface TableReading extends ReadingOptions {
  readonly label: string;
  /** Words for gaps besides empty cells, if they are not the usual ones. */
  readonly gaps?: readonly string[] | undefined;
  /** What columns are that were not left to be guessed. */
  readonly roles: Readonly<Record<string, Role>>;
}

/** Options of the columns. */
export const COLUMNS = {
  number: { value: 'COLUMNS', help: 'columns that are numbers, separated by commas; may be repeated' },
  category: { value: 'COLUMNS', help: 'columns of words or codes; as a label: classes' },
  date: { value: 'COLUMNS', help: 'columns of dates' },
  ignore: { value: 'COLUMNS', help: 'columns that are left out' },
} as const;

/** The columns that an option names: one whose name has commas, or several. */
function namedColumns(path: string, option: string, value: string, names: readonly string[]): readonly string[] {
  if (names.includes(value)) return [value];
  return value.split(',').map((part) => {
    const name = part.trim();
    if (name === '') throw new UsageError(`--${option}: expected names of columns, got '${value}'`);
    return names[columnOf(path, names, name)] ?? name;
  });
}

/** The roles that the options give. @throws UsageError */
function rolesOf(path: string, given: Given, names: readonly string[]): Record<string, Role> {
  const roles = new Map<string, Role>();
  for (const role of ROLES)
    for (const name of given.list(role).flatMap((value) => namedColumns(path, role, value, names))) {
      const before = roles.get(name);
      if (before !== undefined && before !== role)
        throw new UsageError(`expected one role for column '${name}', got ${before} and ${role}`);
      roles.set(name, role);
    }
  return Object.fromEntries(roles);
}

/** How the options of a command say that a file is to be read. @throws UsageError, CommandError */
export function readingOf(path: string, text: string, given: Given): TableReading {
  const delimiter = given.text('delimiter');
  const header = !given.has('no-header');
  const { names } = recordsOf(path, text, { delimiter, header });
  const label = given.text('label');
  if (label === undefined) throw new UsageError(`expected --label COLUMN, the column to predict: ${listOf(names)}`);
  const roles = rolesOf(path, given, names);
  const name = names[columnOf(path, names, label)] ?? label;
  if (roles[name] === 'ignore' || roles[name] === 'date')
    throw new UsageError(`expected the label '${name}' to be a number or a category, got ${roles[name]}`);
  const gaps = gapsOf(given);
  return { ...(delimiter !== undefined && { delimiter }), header, label: name, ...(gaps && { gaps }), roles };
}

export interface TableFile {
  readonly table: Table;
  readonly label: string;
  /** What is said of rows that have no label. */
  readonly note: string;
  /** The first row, as an example in a form. */
  readonly example: Readonly<Record<string, string>>;
}

/** Refuses what no network can learn from. */
function checkLearnable(path: string, { size, classes, columns }: Table, label: string): void {
  if (size < 2) throw new CommandError(`expected at least 2 rows with a label in ${nameOf(path)}, got ${size}`);
  if (columns.every(({ role }) => role === 'label' || role === 'ignore'))
    throw new CommandError(`expected a column to learn from besides '${label}' in ${nameOf(path)}, got none`);
  if (classes?.length === 1)
    throw new CommandError(`expected at least 2 classes in column '${label}', got only '${String(classes[0])}'`);
  if (classes && classes.length > size / 2 && size > 4)
    throw new CommandError(`expected classes that repeat in column '${label}', got ${classes.length} different ones in ${size} rows`); // prettier-ignore
}

/** Reads the table; rows without a label are left out. @throws CommandError */
export function openTable(path: string, text: string, reading: TableReading): TableFile {
  const { label, roles, delimiter, header, gaps } = reading;
  try {
    const all = recordsOf(path, text, { delimiter, header });
    columnOf(path, all.names, label, CommandError);
    const { records, note } = labelledRows(path, all, label, gaps);
    const options = { label, columns: roles, delimiter: records.delimiter, scaleLabel: true };
    const made = table(textOfRecords(records), { ...options, ...(gaps && { gaps }) });
    checkLearnable(path, made, label);
    const [first = []] = records.rows;
    const example = Object.fromEntries(records.names.map((name, i) => [name, first[i] ?? '']));
    return { table: made, label, note, example };
  } catch (error) {
    throw inFile(path, error);
  }
}
