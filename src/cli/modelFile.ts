// A model that was saved with its preprocessing, and rows for it.
import { init } from '../runtime/init.js';
import type { Preprocessing, TableRow } from '../data/index.js';
import { loadModel } from '../io/index.js';
import { TableModel } from '../io/tableModel.js';
import { CommandError } from './errors.js';
import { nameOf, readBytes } from './files.js';
import { inFile, listOf, type Records } from './rows.js';
import { note } from './terminal.js';

/** Loads a model of `train`. @throws CommandError when it has no preprocessing or no label */
export async function loadTableModel(path: string): Promise<TableModel> {
  const bytes = await readBytes(path);
  await init();
  try {
    const model = loadModel(bytes);
    if (model instanceof TableModel && model.preprocessing.data.labels.length > 0) return model;
    model.dispose();
    throw new CommandError(`expected a model for tables in ${path}, got one that was saved without its preprocessing`);
  } catch (error) {
    throw inFile(path, error);
  }
}

/** The columns that a model reads. */
function inputColumns({ data }: Preprocessing): string[] {
  return data.columns.filter(({ role }) => role !== 'ignore').map(({ name }) => name);
}

/** The columns of rows that a model reads; notes tell of those that it lacks. @throws CommandError if it lacks all */
export function checkColumns(path: string, { names }: Records, preprocessing: Preprocessing): readonly string[] {
  const wanted = inputColumns(preprocessing);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === wanted.length)
    throw new CommandError(`expected columns ${listOf(wanted)} in ${nameOf(path)}, got ${listOf(names)}`);
  if (missing.length > 0) note(`${nameOf(path)} has no column ${listOf(missing)}: taken as gaps`);
  return wanted.filter((name) => names.includes(name));
}

/** Rows as objects of the cells that a model reads. */
export function rowsOf({ names, rows }: Records, columns: readonly string[], begin: number, end: number): TableRow[] {
  const places = columns.map((name) => [name, names.indexOf(name)] as const);
  return rows.slice(begin, end).map((row) => Object.fromEntries(places.map(([name, i]) => [name, row[i] ?? ''])));
}

/** The position of the first row that the preprocessing refuses. */
function firstRefused(model: TableModel, rows: readonly TableRow[]): number {
  return rows.findIndex((row) => {
    try {
      model.preprocessing.encode(row).dispose();
      return false;
    } catch {
      return true;
    }
  });
}

/** Rows that are predicted at once. */
export const PART = 4096;

/** The outputs for rows, [rows, outputs] one after the other; several outputs side by side. @throws CommandError with the row */
export function outputsFor(model: TableModel, path: string, rows: readonly TableRow[], begin: number): Float32Array {
  try {
    const output = model.predict(rows);
    const values = output.data();
    output.dispose();
    return values;
  } catch (error) {
    const row = firstRefused(model, rows);
    if (row < 0 || !(error instanceof Error)) throw error;
    const what = error.message.replace(/^predict: /, '');
    throw new CommandError(`${nameOf(path)}, row ${begin + row + 1}: ${what}`, { cause: error });
  }
}
