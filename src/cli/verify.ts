import { init } from '../runtime/init.js';
import { isPlain } from '../core/checks.js';
import { weightsHash } from '../io/receipt.js';
import { sha256 } from '../io/sha256.js';
import { verifyReceipt } from '../io/index.js';
import type { VerifiedFact } from '../io/verifyReceipt.js';
import type { Command, Given } from './command.js';
import { CommandError, UsageError } from './errors.js';
import { nameOf, readBytes, textOf } from './files.js';
import { formatOf, modelOf } from './formats.js';
import { buildNetwork, fitOptionsFor } from './network.js';
import { inFile } from './rows.js';
import { openTable } from './tableFile.js';
import { readTableReceipt, tablePlace, type TableReceipt } from './tableReceipt.js';
import { bold, note, printText } from './terminal.js';

/** What the facts are called. */
const NAMES: Readonly<Record<string, string>> = {
  table: 'table file',
  version: 'version of wasmgrad',
  kernels: 'kernels',
  data: 'rows as they are trained on',
  configuration: 'layers and options',
  seed: 'seed',
  initialWeights: 'weights before training',
  epochs: 'epochs',
  stopped: 'end of training',
  weights: 'trained weights',
  model: 'weights of the model file',
};

/** A fact in short. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 20 ? `${value.slice(0, 12)}...` : value;
  if (typeof value === 'number') return String(value);
  if (!isPlain(value)) return 'none';
  if (!('sha256' in value)) return shown(sha256(new TextEncoder().encode(JSON.stringify(value))));
  const rows = typeof value['rows'] === 'number' ? `${value['rows']} rows, ` : '';
  return `${rows}${shown(value['sha256'])}`;
}

function factLine({ name, expected, found, same }: VerifiedFact, width: number): string {
  const label = (NAMES[name] ?? name).padEnd(width);
  return same ? `  ${label}  same     ${shown(found)}` : `  ${label}  differs  ${shown(found)}, not ${shown(expected)}`;
}

/** Trains again on a table and compares. */
async function trainAgain(path: string, bytes: Uint8Array, receipt: TableReceipt): Promise<VerifiedFact[]> {
  const { reading, recipe, training } = receipt;
  const hash = sha256(bytes);
  const file = { name: 'table', expected: receipt.table.sha256, found: hash, same: hash === receipt.table.sha256 };
  if (!file.same) note(`${nameOf(path)} has changed since the training`);
  const { table } = openTable(path, textOf(path, bytes), reading);
  const model = buildNetwork(table.preprocessing.inputs.length, table, recipe, recipe.seed);
  try {
    note(`trains again: ${recipe.epochs} epochs on ${table.size} rows`);
    const { facts } = await verifyReceipt(training, model, table.dataset, fitOptionsFor(table, recipe, recipe.seed));
    return [file, ...facts];
  } finally {
    model.dispose();
  }
}

/** Whether a model file has the weights of the receipt. */
async function modelFact(path: string, { training }: TableReceipt): Promise<VerifiedFact> {
  const bytes = await readBytes(path);
  const model = await modelOf(path, bytes, formatOf(path, bytes));
  const found = weightsHash(model);
  model.dispose();
  return { name: 'model', expected: training.weights, found, same: found === training.weights };
}

async function run(given: Given): Promise<number> {
  const place = given.at(0);
  if (place === '-') throw new UsageError('expected the path of a receipt, got -');
  const text = textOf(place, await readBytes(place));
  const receipt = readTableReceipt(place, text);
  const path = given.text('table') ?? tablePlace(receipt, place);
  if (path === undefined)
    throw new UsageError('expected --table FILE, since the table of this receipt came from standard input');
  const bytes = await readBytes(path);
  await init({ simd: receipt.training.kernels.simd });
  const facts = await trainAgain(path, bytes, receipt).catch((error: unknown) => {
    throw inFile(path, error);
  });
  const file = given.text('model-file');
  if (file !== undefined) facts.push(await modelFact(file, receipt));
  const width = Math.max(...facts.map(({ name }) => (NAMES[name] ?? name).length));
  const free = ['version', 'kernels', 'table'];
  const wrong = facts.filter(({ name, same }) => !same && !free.includes(name));
  const isDone = facts.some(({ name }) => name === 'weights');
  if (!isDone && wrong.length === 0) throw new CommandError('expected to train again, got nothing to compare');
  const result =
    wrong.length === 0
      ? `${bold('verified')}: the training gives the same weights, bit by bit`
      : `${bold('not verified')}: different ${wrong.map(({ name }) => NAMES[name] ?? name).join(', ')}`;
  await printText(`${facts.map((fact) => factLine(fact, width)).join('\n')}\n${result}\n`);
  return wrong.length === 0 ? 0 : 1;
}

export const verify: Command = {
  name: 'verify',
  args: 'RECEIPT.json',
  counts: [1, 1],
  summary: 'Trains again as a receipt says, and compares bit by bit',
  details: `RECEIPT.json is one of wasmgrad train --receipt. Exit code 1 means that something differs, and says what.
A changed table is not trained on when its rows differ.`,
  options: {
    table: { value: 'FILE', help: 'the table (default: where the receipt says it is)' },
    'model-file': { value: 'FILE', help: 'a model file whose weights are compared, too' },
  },
  run,
};
