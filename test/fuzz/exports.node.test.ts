// Every export, handed what nobody should hand to it: it returns, or throws an error that begins with its name and says
// what it expected and what came. Nothing stays in memory, and tensors beside it keep their bits.
//
// FUZZ=1000 npx vitest run --project node test/fuzz: so many calls more that are wrong in two places, a row.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as data from '../../src/data/index.js';
import * as index from '../../src/index.js';
import * as io from '../../src/io/index.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import * as models from '../../src/models/index.js';
import * as onnx from '../../src/onnx/index.js';
import * as optimizers from '../../src/optimizers/index.js';
import * as plot from '../../src/plot/index.js';
import * as predict from '../../src/predict/index.js';
import * as selection from '../../src/selection/index.js';
import { mutants, pairs } from './mutants.js';
import type { Row } from './row.js';
import { besideGuards, makeSetting, type Setting } from './setting.js';
import { allRows, callableRows, namesOf } from './rows/index.js';
import { tryCall } from './tried.js';

const settings = process.env;
const ROOMS = settings['FUZZ_ROOMS']?.split(',');
const PAIRS = Number(settings['FUZZ'] ?? 8);
const MAX_COMPLAINTS = 12;

let setting: Setting;

const rows = allRows(() => setting.world);

beforeAll(async () => {
  setting = await makeSetting();
});

afterAll(() => setting.dispose());

const entries = { index, layers, losses, optimizers, models, predict, data, selection, io, onnx, plot };
const exported = Object.entries(entries).flatMap(([entry, names]) =>
  Object.keys(names).map((name) => `${entry}/${name}`),
);

/** Classes whose objects users hold: name and an object. */
const classes: readonly (readonly [string, () => object])[] = [
  ['Tensor', () => setting.world.x],
  ['Model', () => setting.world.model],
  ['Trainer', () => setting.world.trainer],
  ['Dataset', () => setting.world.data],
  ['Scaler', () => data.standardize([[1], [2]])],
  ['Tokenizer', () => data.tokenizer()],
  ['Preprocessing', () => data.table([{ a: 1 }]).preprocessing],
  ['Optimizer', () => optimizers.sgd()],
  ['Executor', () => selection.inProcess()],
];

/** Names of the functions of an object and of its classes. */
function methodsOf(object: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = object; at && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
  }
  return [...names];
}

describe('the table', () => {
  it('has a row for every export', () => {
    expect(exported.filter((name) => !(name in rows))).toEqual([]);
  });

  it('has a row for every method', () => {
    const methods = classes.flatMap(([name, object]) => methodsOf(object()).map((one) => `${name}.${one}`));
    expect(methods.filter((name) => !(name in rows))).toEqual([]);
  });

  it('names nothing that is not exported', () => {
    expect(Object.keys(rows).filter((name) => name.includes('/') && !exported.includes(name))).toEqual([]);
  });
});

/** What is wrong with a row's right calls and with those that are wrong in one place or two. */
async function complaintsAbout(name: string, row: Row): Promise<string[]> {
  const names = namesOf(name, row);
  const { junk, isLasting } = setting;
  const tried = async (args: readonly unknown[]): Promise<string | undefined> =>
    (await tryCall(row, names, args, isLasting)).complaint;
  const complaints: string[] = [];
  for (const [list, args] of row.args().entries()) {
    const right = await tried(args);
    if (right !== undefined) complaints.push(`call ${list} as it is: ${right}`);
    let count = 0;
    for (const { label, key, value } of [...mutants(args, junk), ...pairs(args, junk, PAIRS, 1 + list)]) {
      if (row.skip?.(key, label) || count++ % (row.every ?? 1) !== 0 || !Array.isArray(value)) continue;
      if (settings['FUZZ_TRACE']) writeFileSync(settings['FUZZ_TRACE'], `${name}, call ${list}, ${label}`); // what hangs
      const complaint = await tried(value);
      if (complaint !== undefined) complaints.push(`call ${list}, ${label}: ${complaint}`);
      if (complaints.length === MAX_COMPLAINTS) return complaints;
    }
  }
  return complaints;
}

const runs = callableRows(rows).filter(([name, row]) => !ROOMS || ROOMS.includes(row.room) || ROOMS.includes(name));

it.each(runs)(
  '%s',
  async (name, row) => {
    const kept = await besideGuards(async () => {
      expect(await complaintsAbout(name, row)).toEqual([]);
    });
    expect(kept).toBe(true);
  },
  60_000,
);
