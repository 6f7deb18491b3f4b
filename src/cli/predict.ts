import type { TableModel } from '../io/index.js';
import type { Command, Given } from './command.js';
import { CommandError, UsageError } from './errors.js';
import { readBytes, textOf } from './files.js';
import { probabilitiesOf } from './judging.js';
import { checkColumns, loadTableModel, outputsFor, PART, rowsOf } from './modelFile.js';
import { csvLine, inFile, LAYOUT, recordsOf, type Records } from './rows.js';
import { print } from './terminal.js';

/** The names of what is predicted: the label, then a probability for each class. */
function predictedNames({ preprocessing }: TableModel): string[] {
  const names = preprocessing.data.labels.map(({ name }) => name);
  const [label = ''] = names;
  return [...names, ...(preprocessing.classes ?? []).map((name) => `${label}=${String(name)}`)];
}

/** What is predicted for rows, as cells. */
function predictedCells({ preprocessing }: TableModel, outputs: Float32Array, rows: number): string[][] {
  const { labels } = preprocessing.data;
  const width = outputs.length / rows;
  const nested = Array.from({ length: rows }, (_, i) => [...outputs.subarray(i * width, (i + 1) * width)]);
  const decoded = preprocessing.decode(nested);
  const probabilities = preprocessing.classes && probabilitiesOf(outputs, rows);
  return decoded.map((value, i) => [
    ...(typeof value === 'object' ? labels.map(({ name }) => String(value[name] ?? '')) : [String(value)]),
    ...(probabilities?.[i] ?? []).map((share) => String(Number(share.toPrecision(6)))),
  ]);
}

/** Reads the rows before anything is written. */
async function readRows(path: string, given: Given): Promise<Records> {
  const text = textOf(path, await readBytes(path));
  try {
    return recordsOf(path, text, { delimiter: given.text('delimiter'), header: !given.has('no-header') });
  } catch (error) {
    throw inFile(path, error);
  }
}

async function run(given: Given): Promise<number> {
  const [file, path] = [given.at(0), given.at(1) || '-'];
  if (file === '-') throw new UsageError('expected the file of a model, got -: only rows come from standard input');
  const keep = given.has('keep');
  const model = await loadTableModel(file);
  try {
    if (
      model.preprocessing.data.labels.length > 1 &&
      model.preprocessing.data.labels.some((label) => 'classes' in label)
    )
      throw new CommandError('expected a model of one label, or of several numbers, got one of several classes');
    const records = await readRows(path, given);
    const columns = checkColumns(path, records, model.preprocessing);
    const parts: string[] = [csvLine([...(keep ? records.names : []), ...predictedNames(model)])];
    for (let begin = 0; begin < records.rows.length; begin += PART) {
      const rows = rowsOf(records, columns, begin, begin + PART);
      const cells = predictedCells(model, outputsFor(model, path, rows, begin), rows.length);
      parts.push(cells.map((own, i) => csvLine([...(keep ? (records.rows[begin + i] ?? []) : []), ...own])).join(''));
    }
    for (const part of parts) await print(part);
    return 0;
  } finally {
    model.dispose();
  }
}

export const predict: Command = {
  name: 'predict',
  args: 'MODEL [ROWS.csv]',
  counts: [1, 2],
  summary: 'Predicts for rows of a table, as CSV',
  details: `Writes a line for each row: the label, and for classes the probability of each.
ROWS.csv may be left out or - for standard input. Columns that the model does not know are not read.`,
  options: {
    keep: { short: 'k', help: 'writes the cells of the rows, too' },
    ...LAYOUT,
  },
  run,
};
