// The receipt of `train`: how a table was read and trained on, and the library's receipt of that training.
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { isPlain, show } from '../core/checks.js';
import type { Role } from '../data/table/survey.js';
import type { Receipt } from '../io/index.js';
import { parseJson } from '../io/json.js';
import { checkReceipt } from '../io/verifyReceipt.js';
import { sha256 } from '../io/sha256.js';
import { CommandError } from './errors.js';
import type { Recipe } from './network.js';
import type { TableReading } from './tableFile.js';

const KIND = 'wasmgrad train';

export interface TableReceipt {
  readonly table: {
    /** From the folder of the receipt; undefined for standard input. */
    readonly file?: string | undefined;
    readonly sha256: string;
  };
  readonly reading: TableReading;
  readonly recipe: Recipe;
  readonly training: Receipt;
}

/** What was trained. */
interface Training {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly reading: TableReading;
  readonly recipe: Recipe;
  readonly training: Receipt | undefined;
}

/** The text of a receipt that is written to `place`. */
export function tableReceipt({ path, bytes, reading, recipe, training }: Training, place: string): string {
  const file = path === '-' ? undefined : isAbsolute(path) ? path : relative(dirname(resolve(place)), resolve(path));
  const table = { ...(file !== undefined && { file }), sha256: sha256(bytes) };
  return `${JSON.stringify({ kind: KIND, table, reading, recipe, training }, undefined, 2)}\n`;
}

/** The place of the table that a receipt names. */
export function tablePlace({ table }: TableReceipt, place: string): string | undefined {
  return table.file === undefined ? undefined : resolve(dirname(resolve(place)), table.file);
}

function refuse(place: string, what: string, got: unknown): never {
  throw new CommandError(`expected ${what} in the receipt ${place}, got ${show(got)}`);
}

function readReading(place: string, value: unknown): TableReading {
  if (!isPlain(value)) refuse(place, 'how the table was read', value);
  const { label, header, roles, delimiter, gaps } = value;
  if (typeof label !== 'string' || typeof header !== 'boolean' || !isPlain(roles)) refuse(place, 'label, header and roles', value); // prettier-ignore
  if (delimiter !== undefined && typeof delimiter !== 'string') refuse(place, 'a delimiter', delimiter);
  const words: readonly unknown[] =
    Array.isArray(gaps) || gaps === undefined ? (gaps ?? []) : refuse(place, 'words for gaps', gaps);
  const known: readonly Role[] = ['number', 'category', 'date', 'ignore'];
  const entries = Object.entries(roles).map(([name, given]): [string, Role] => {
    const role = known.find((each) => each === given);
    return role ? [name, role] : refuse(place, `a role of column '${name}'`, given);
  });
  return {
    label,
    header,
    roles: Object.fromEntries(entries),
    ...(delimiter !== undefined && { delimiter }),
    ...(gaps !== undefined && {
      gaps: words.map((word) => (typeof word === 'string' ? word : refuse(place, 'words for gaps', word))),
    }),
  };
}

function readRecipe(place: string, value: unknown): Recipe {
  if (!isPlain(value)) refuse(place, 'a recipe', value);
  const { hidden } = value;
  const number = (name: string, isRight: (given: number) => boolean): number => {
    const given = value[name];
    return typeof given === 'number' && isRight(given) ? given : refuse(place, `${name} of the recipe`, given);
  };
  const count = (given: number): boolean => Number.isSafeInteger(given) && given >= 1;
  const sizes: readonly unknown[] = Array.isArray(hidden) ? hidden : refuse(place, 'sizes of hidden layers', hidden);
  return {
    hidden: sizes.map((size) =>
      typeof size === 'number' && count(size) ? size : refuse(place, 'sizes of hidden layers', size),
    ),
    dropout: number('dropout', (rate) => rate >= 0 && rate < 1),
    epochs: number('epochs', count),
    batchSize: number('batchSize', count),
    learningRate: number('learningRate', (rate) => rate > 0 && rate < Infinity),
    weightDecay: number('weightDecay', (decay) => decay >= 0 && decay < Infinity),
    seed: number('seed', (seed) => Number.isSafeInteger(seed) && seed >= 0),
  };
}

/** A receipt from its text. @throws CommandError, FormatError for any other text */
export function readTableReceipt(place: string, text: string): TableReceipt {
  const json = parseJson(place, text);
  if (!isPlain(json) || json['kind'] !== KIND)
    throw new CommandError(`expected a receipt of wasmgrad train --receipt in ${place}, got ${isPlain(json) && 'initialWeights' in json ? 'one of fit, which verifyReceipt checks' : 'something else'}`); // prettier-ignore
  const { table, reading, recipe, training } = json;
  if (!isPlain(table) || typeof table['sha256'] !== 'string') refuse(place, 'the hash of the table', table);
  const { file, sha256: hash } = table;
  if (file !== undefined && typeof file !== 'string') refuse(place, 'the place of the table', file);
  return {
    table: { ...(file !== undefined && { file }), sha256: hash },
    reading: readReading(place, reading),
    recipe: readRecipe(place, recipe),
    training: checkReceipt(place, training),
  };
}
