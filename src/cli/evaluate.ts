import type { Preprocessing } from '../data/index.js';
import { numberIn } from '../data/table/cells.js';
import type { LabelSpec } from '../data/table/labels.js';
import type { TableModel } from '../io/index.js';
import type { Command, Given } from './command.js';
import { CommandError, UsageError } from './errors.js';
import { checkOutputs, nameOf, readBytes, textOf, writeOutputs } from './files.js';
import { guessFor, outcomeOf } from './judging.js';
import { checkColumns, loadTableModel, outputsFor, PART, rowsOf } from './modelFile.js';
import { classTable, figuresOf, figureTable, isClasses, matrixOf, type Outcome } from './outcome.js';
import { outcomePicture } from './picture.js';
import { columnOf, inFile, labelledRows, LAYOUT, recordsOf, type Records } from './rows.js';
import { bold, note, print, printText } from './terminal.js';

/** The label of a row as the model has it: a class index, or a number. @throws CommandError with the row */
function truthOf(path: string, label: LabelSpec, cell: string, row: number): number {
  const text = cell.trim();
  const at = `${nameOf(path)}, row ${row + 1}: expected`;
  if ('classes' in label) {
    const k = label.classes.findIndex((name) => String(name) === text || (typeof name === 'number' && name === Number(text)) || (typeof name === 'boolean' && String(name) === text.toLowerCase())); // prettier-ignore
    if (k >= 0) return k;
    const names = label.classes.slice(0, 20).map(String).join(', ');
    throw new CommandError(`${at} a class that the model knows (${names}) in column '${label.name}', got '${text}'`);
  }
  const value = numberIn(text, label.decimal);
  if (Math.abs(value) < Infinity) return value;
  throw new CommandError(`${at} a number in column '${label.name}', got '${text}'`);
}

/** The one label of a model. */
function labelOf({ data }: Preprocessing): LabelSpec {
  const [label, ...more] = data.labels;
  if (label && more.length === 0) return label;
  throw new CommandError(`expected a model of one label, got one of ${data.labels.length}`);
}

function outcomeFor(model: TableModel, path: string, all: Records): Outcome {
  const { preprocessing } = model;
  const label = labelOf(preprocessing);
  const column = columnOf(path, all.names, label.name, CommandError);
  const { records, note: missing } = labelledRows(path, all, label.name, preprocessing.data.gaps);
  if (missing !== '') note(missing.replace(/ \(--gaps.*/, ''));
  const columns = checkColumns(path, records, preprocessing);
  const truth = records.rows.map((row, i) => truthOf(path, label, row[column] ?? '', i));
  const width = model.outputShape[0] ?? 1;
  const outputs = new Float32Array(truth.length * width);
  for (let begin = 0; begin < truth.length; begin += PART)
    outputs.set(outputsFor(model, path, rowsOf(records, columns, begin, begin + PART), begin), begin * width);
  return outcomeOf(outputs, truth, preprocessing, guessFor(truth, preprocessing.classes?.length));
}

function jsonOf(outcome: Outcome): string {
  const { model, guess } = figuresOf(outcome);
  const classes = isClasses(outcome) ? { classes: outcome.classes, confusion: matrixOf(outcome) } : {};
  return JSON.stringify({ rows: outcome.truth.length, model, guess, ...classes }, undefined, 2);
}

async function run(given: Given): Promise<number> {
  const [file, path] = [given.at(0), given.at(1)];
  if (file === '-') throw new UsageError('expected the file of a model, got -: only a table comes from standard input');
  const svg = given.text('svg');
  const model = await loadTableModel(file);
  try {
    const text = textOf(path, await readBytes(path));
    if (svg !== undefined) await checkOutputs([svg], [file, path]);
    const records = recordsOf(path, text, { delimiter: given.text('delimiter'), header: !given.has('no-header') });
    const outcome = outcomeFor(model, path, records);
    const { name } = labelOf(model.preprocessing);
    const classes = classTable(outcome);
    const report = [`${bold(nameOf(path))}: ${outcome.truth.length} rows; ${name} by ${file}`, figureTable(outcome, []), classes]; // prettier-ignore
    if (given.has('json')) await print(`${jsonOf(outcome)}\n`);
    else await printText(`${report.filter((part) => part !== '').join('\n\n')}\n`);
    if (svg !== undefined)
      await writeOutputs([{ path: svg, make: () => new TextEncoder().encode(outcomePicture(outcome, name)) }]);
    return 0;
  } catch (error) {
    throw inFile(path, error);
  } finally {
    model.dispose();
  }
}

export const evaluate: Command = {
  name: 'evaluate',
  args: 'MODEL TABLE.csv',
  counts: [2, 2],
  summary: 'Says how good a model is on a table with labels',
  details: 'Compares with always naming the most frequent class, or the mean, of that table. TABLE.csv may be -.',
  options: {
    json: { help: 'writes the figures as JSON' },
    svg: { value: 'FILE', help: 'saves a picture: confusion matrix, or predicted by actual numbers' },
    ...LAYOUT,
  },
  run,
};
