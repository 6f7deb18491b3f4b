import { basename, extname } from 'node:path';
import { init } from '../runtime/init.js';
import type { Table } from '../data/index.js';
import { makeReceipt, saveModel } from '../io/index.js';
import type { History, Model } from '../models/index.js';
import type { Command, Given } from './command.js';
import { isBrokenPipe, UsageError } from './errors.js';
import { checkOutputs, nameOf, readBytes, textOf, writeOutputs, type Output } from './files.js';
import { crossValidated, type FoldOutcome } from './folds.js';
import { trainingPage } from './html.js';
import { bestEpoch, buildNetwork, findsEpochs, fitOptionsFor, recipeFor, type Recipe } from './network.js';
import { aligned, classTable, figureTable, pooled, type Outcome } from './outcome.js';
import { trainingPicture } from './picture.js';
import { READING } from './rows.js';
import { COLUMNS, openTable, readingOf, type TableFile, type TableReading } from './tableFile.js';
import { bold, Bar, printText } from './terminal.js';
import { tableReceipt } from './tableReceipt.js';

/** Sizes of hidden layers: `32,16`, or `none`. */
function hiddenOf(given: Given): number[] | undefined {
  const text = given.text('hidden');
  if (text === undefined || text === 'none') return text === undefined ? undefined : [];
  const sizes = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (sizes.length <= 20 && sizes.every((size) => size >= 1 && size <= 65_536)) return sizes;
  throw new UsageError(`--hidden: expected sizes of hidden layers such as 32,16, or none, got '${text}'`);
}

function dropoutOf(given: Given): number | undefined {
  const text = given.text('dropout');
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (rate >= 0 && rate < 1) return rate;
  throw new UsageError(`--dropout: expected a share from 0 to below 1, got '${text}'`);
}

/** What the options say of the network and its training. Undefined entries are decided by the table. */
function recipeOf(given: Given): Partial<Recipe> {
  const entries = {
    hidden: hiddenOf(given),
    dropout: dropoutOf(given),
    epochs: given.whole('epochs', 1, 1_000_000),
    batchSize: given.whole('batch-size', 1, 1_000_000),
    learningRate: given.positive('learning-rate'),
    seed: given.whole('seed', 0, Number.MAX_SAFE_INTEGER - 1000),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** The number of folds; 0 for none. */
function foldsOf(given: Given, rows: number): number {
  const folds = given.whole('folds', 0, 1000);
  if (folds === 1) throw new UsageError('--folds: expected 2 or more, or 0 for no cross-validation, got 1');
  if (folds !== undefined && folds > rows) throw new UsageError(`--folds: expected at most ${rows}, the number of rows, got ${folds}`); // prettier-ignore
  return folds ?? Math.min(5, rows);
}

/** What was found in the table. */
function tableText(path: string, { table, label, note: missing }: TableFile): string {
  const { size, columns, classes } = table;
  const names = classes?.slice(0, 12).map(String) ?? [];
  const what = classes ? `one of ${classes.length} classes (${names.join(', ')}${classes.length > 12 ? ', ...' : ''})` : 'a number'; // prettier-ignore
  const rows = columns
    .filter(({ role }) => role !== 'label')
    .map(({ name, role, guessed, gaps }) => [
      name,
      role,
      guessed ? 'guessed' : 'as told',
      gaps > 0 ? `${gaps} gap${gaps === 1 ? '' : 's'}` : '',
    ]);
  return [
    `${bold(nameOf(path))}: ${size} rows; predicts ${bold(label)}, ${what}`,
    ...(missing === '' ? [] : [missing]),
    '',
    bold('Columns') + ' (others by --number, --category, --date, --ignore)',
    rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(Math.max(...rows.map((each) => each[i]?.length ?? 0)))).join('  ')}`.trimEnd()).join('\n'), // prettier-ignore
  ].join('\n');
}

function recipeText(model: Model, { hidden, epochs, batchSize, learningRate, seed }: Recipe): string {
  const rows = [
    ['inputs', String(model.inputShape[0] ?? 0)],
    ['hidden layers', hidden.length > 0 ? hidden.join(', ') : 'none'],
    ['outputs', String(model.outputShape[0] ?? 0)],
    ['parameters', model.parameterCount.toLocaleString('en-US')],
    ['epochs', `${epochs} of batches of ${batchSize}`],
    ['learning rate', `${learningRate} (AdamW)`],
    ['seed', String(seed)],
  ];
  return `${bold('Network')}\n${aligned(rows)}`;
}

function outcomeText(outcome: Outcome | undefined, folds: readonly FoldOutcome[]): string {
  if (!outcome) return `${bold('Not cross-validated')}: how good it is on other rows is not known`;
  const figures = figureTable(
    outcome,
    folds.map((fold) => fold.outcome),
  );
  const classes = classTable(outcome);
  const title = `${bold(`Cross-validation, ${folds.length} folds`)} (each row judged by a model that has not seen it)`;
  return [title, figures, ...(classes === '' ? [] : ['', classes])].join('\n');
}

/** The paths of what is to be written. */
function placesOf(path: string, given: Given) {
  const base = path === '-' ? 'model' : basename(path, extname(path));
  return {
    model: given.text('model-file') ?? `${base}.safetensors`,
    html: given.text('html'),
    svg: given.text('svg'),
    receipt: given.text('receipt'),
  };
}

interface Trained {
  readonly model: Model;
  readonly history: History;
  readonly folds: readonly FoldOutcome[];
  readonly outcome: Outcome | undefined;
  /** As all rows were trained on. */
  readonly recipe: Recipe;
}

interface Plan {
  readonly recipe: Recipe;
  readonly folds: number;
  /** Whether the folds tell the number of epochs. */
  readonly stops: boolean;
  readonly withReceipt: boolean;
}

/** Cross-validates, then trains on all rows, for as many epochs as were best for the folds. */
async function trainAll(table: Table, { folds, stops, withReceipt, recipe: first }: Plan): Promise<Trained> {
  const bar = new Bar();
  const most = (stops ? 2 : 1) * first.epochs;
  const onEpoch = (fold: number, epoch: number): void => bar.show((fold + epoch / most) / (folds + 1), fold < folds ? `fold ${fold + 1} of ${folds}` : 'all rows'); // prettier-ignore
  try {
    const judged = folds > 0 ? await crossValidated(table, first, { folds, stops, onEpoch }) : [];
    const best = judged.map(({ history }) => bestEpoch(history) / judged.length);
    const epochs = Math.round(best.reduce((sum, each) => sum + each, 0));
    const recipe = stops && folds > 0 ? { ...first, epochs } : first;
    const model = buildNetwork(table.preprocessing.inputs.length, table, recipe, recipe.seed);
    const options = fitOptionsFor(table, recipe, recipe.seed);
    const history = await model
      .fit(table.dataset, {
        ...options,
        onEpochEnd: ({ epoch }) => onEpoch(folds, epoch),
        ...(withReceipt && { receipt: makeReceipt }),
      })
      .catch((error: unknown) => {
        model.dispose();
        throw error;
      });
    const outcome = folds > 0 ? pooled(judged.map((fold) => fold.outcome)) : undefined;
    return { model, history, folds: judged, outcome, recipe };
  } finally {
    bar.end();
  }
}

const encoder = new TextEncoder();

interface Result extends Trained {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly reading: TableReading;
  readonly file: TableFile;
}

/** The files that are to be written. */
function outputsOf(places: ReturnType<typeof placesOf>, result: Result): Output[] {
  const { model, history, folds, outcome, file } = result;
  const { table, label, example } = file;
  const { preprocessing } = table;
  const saved = saveModel(model, { preprocessing });
  const picture = (): string => trainingPicture(folds, history, outcome, label);
  const page = (): Promise<string> => trainingPage({ label, saved, preprocessing, example, picture: picture() });
  const outputs: Output[] = [{ path: places.model, make: () => saved }];
  const { svg, html, receipt } = places;
  if (svg !== undefined) outputs.push({ path: svg, make: () => encoder.encode(picture()) });
  if (html !== undefined) outputs.push({ path: html, make: async () => encoder.encode(await page()) });
  if (receipt !== undefined)
    outputs.push({
      path: receipt,
      make: () => encoder.encode(tableReceipt({ ...result, training: history.receipt }, receipt)),
    });
  return outputs;
}

/** Prints a part of the report. That nobody reads it must not keep the model from being saved. */
async function report(text: string): Promise<void> {
  await printText(text).catch((error: unknown) => {
    if (!isBrokenPipe(error)) throw error;
  });
}

async function run(given: Given): Promise<number> {
  const path = given.at(0);
  const places = placesOf(path, given);
  const asked = recipeOf(given);
  const bytes = await readBytes(path);
  const text = textOf(path, bytes);
  const reading = readingOf(path, text, given);
  const file = openTable(path, text, reading);
  const { size } = file.table;
  const folds = foldsOf(given, size);
  const paths = Object.values(places).filter((place) => place !== undefined);
  await checkOutputs(paths, [path]);
  await init();
  await report(`${tableText(path, file)}\n`);
  const plan = {
    recipe: recipeFor(size, asked),
    folds,
    stops: findsEpochs(size, asked),
    withReceipt: places.receipt !== undefined,
  };
  const trained = await trainAll(file.table, plan);
  const { model, recipe, outcome, folds: judged } = trained;
  try {
    await writeOutputs(outputsOf(places, { ...trained, path, bytes, reading, file }));
    await report(`\n${recipeText(model, recipe)}\n\n${outcomeText(outcome, judged)}\n`);
    return 0;
  } finally {
    model.dispose();
  }
}

export const train: Command = {
  name: 'train',
  args: 'TABLE.csv --label COLUMN',
  counts: [1, 1],
  summary: 'Trains a network on a table and says how good it is',
  details: `Guesses what the columns are, cross-validates, trains on all rows, and saves the model with its preprocessing.
TABLE.csv may be - for standard input.`,
  options: {
    label: { value: 'COLUMN', short: 'l', help: 'the column to predict' },
    'model-file': { value: 'FILE', short: 'o', help: 'where to save the model (default: TABLE.safetensors)' },
    svg: { value: 'FILE', help: 'saves a picture: learning curves, and predictions beside the truth' },
    html: { value: 'FILE', help: 'saves a page with the model and a form, which works offline' },
    receipt: { value: 'FILE', help: 'saves a receipt, which wasmgrad verify checks' },
    ...COLUMNS,
    ...READING,
    folds: { value: 'N', help: 'folds of cross-validation (default: 5; 0 for none)' },
    epochs: { value: 'N', help: 'epochs to train (default: as many as are best for the folds)' },
    hidden: { value: 'SIZES', help: 'sizes of hidden layers, or none for a linear model (default: 32,16)' },
    dropout: { value: 'SHARE', help: 'share of hidden units dropped in training (default: 0)' },
    'batch-size': { value: 'N', help: 'rows per update (default: 32; 256 from 20,000 rows on)' },
    'learning-rate': { value: 'RATE', help: 'of AdamW (default: 0.005)' },
    seed: {
      value: 'N',
      help: 'decides folds, initial weights and order; the same seed gives the same bits (default: 0)',
    },
  },
  run,
};
