// Every export, handed what nobody should hand to it: it returns, or throws an error that begins with its name and says
// what it expected and what came. Nothing stays in memory, and tensors beside it keep their bits.
//
// FUZZ=1000 npx vitest run --project node test/fuzz: so many calls more that are wrong in two places, a row.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as data from '../../src/data/index.js';
import * as index from '../../src/index.js';
import * as io from '../../src/io/index.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import * as models from '../../src/models/index.js';
import * as onnx from '../../src/onnx/index.js';
import * as optimizers from '../../src/optimizers/index.js';
import * as predict from '../../src/predict/index.js';
import * as selection from '../../src/selection/index.js';
import { complaintAbout, disposeAll } from './judge.js';
import { makeJunk, type Junk } from './junk.js';
import { mutants, pairs } from './mutants.js';
import type { Row, Rows } from './row.js';
import { autodiffRows } from './rows/autodiff.js';
import { dataRows } from './rows/data.js';
import { fileRows } from './rows/io.js';
import { layerRows } from './rows/layers.js';
import { lossRows } from './rows/losses.js';
import { modelRows } from './rows/models.js';
import { operationRows } from './rows/operations.js';
import { optimizerRows } from './rows/optimizers.js';
import { selectionRows } from './rows/selection.js';
import { tensorRows } from './rows/tensors.js';
import { makeWorld, type World } from './world.js';

const settings = process.env;
const ROOMS = settings['FUZZ_ROOMS']?.split(',');
const PAIRS = Number(settings['FUZZ'] ?? 8);
const MAX_COMPLAINTS = 12;

let world: World;
let junk: readonly Junk[] = [];
let given: ReadonlySet<unknown> = new Set();
const limit = Error.stackTraceLimit;
let freeAll = (): void => undefined;

const w = (): World => world;
const rows: Rows = {
  ...tensorRows(w),
  ...operationRows(w),
  ...autodiffRows(w),
  ...layerRows(),
  ...lossRows(w),
  ...optimizerRows(w),
  ...modelRows(w),
  ...dataRows(w),
  ...selectionRows(w),
  ...fileRows(w),
};

beforeAll(async () => {
  await index.init({ threads: 1, maximumMemory: 2 ** 26 });
  const { all, made } = makeJunk();
  world = makeWorld();
  await world.ready;
  junk = all;
  const fixtures: readonly unknown[] = Object.values(world);
  given = new Set([...fixtures, ...world.model.weights, ...all.map(({ value }) => value)]);
  freeAll = () => {
    world.dispose();
    for (const one of made) one.dispose();
  };
  Error.stackTraceLimit = 0; // most calls end in an error, whose stack would take longer than the call
  vi.spyOn(process.stdout, 'write').mockReturnValue(true); // progress: true
});

afterAll(() => {
  Error.stackTraceLimit = limit;
  vi.restoreAllMocks();
  freeAll();
});

const entries = { index, layers, losses, optimizers, models, predict, data, selection, io, onnx };
const exported = Object.entries(entries).flatMap(([entry, names]) =>
  Object.keys(names).map((name) => `${entry}/${name}`),
);

/** Classes whose objects users hold: name and an object. */
const classes: readonly (readonly [string, () => object])[] = [
  ['Tensor', () => world.x],
  ['Model', () => world.model],
  ['Trainer', () => world.trainer],
  ['Dataset', () => world.data],
  ['Scaler', () => data.standardize([[1], [2]])],
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

interface Books {
  readonly used: number;
  readonly liveTensors: number;
}

/** Calls; returns what is wrong with how it ended. */
async function tried(row: Row, names: readonly string[], args: readonly unknown[]): Promise<string | undefined> {
  const before: Books = index.memory();
  let complaint: string | undefined;
  try {
    const result: unknown = Reflect.apply(row.call, undefined, args);
    const settled = result instanceof Promise && !given.has(result) ? ((await result) as unknown) : result;
    disposeAll(settled, (value) => given.has(value) || args.includes(value));
  } catch (error) {
    complaint = complaintAbout(error, names);
  }
  const after: Books = index.memory();
  if (complaint === undefined && after.liveTensors !== before.liveTensors)
    return `leaves ${after.liveTensors - before.liveTensors} tensors`;
  if (complaint === undefined && after.used !== before.used) return `leaves ${after.used - before.used} bytes`;
  return complaint;
}

/** What is wrong with a row's right calls and with those that are wrong in one place or two. */
async function complaintsAbout(name: string, row: Row): Promise<string[]> {
  const names = row.names ?? [name.split(/[/. ]/).at(-1) ?? name];
  const complaints: string[] = [];
  for (const [list, args] of row.args().entries()) {
    const right = await tried(row, names, args);
    if (right !== undefined) complaints.push(`call ${list} as it is: ${right}`);
    let count = 0;
    for (const { label, key, value } of [...mutants(args, junk), ...pairs(args, junk, PAIRS, 1 + list)]) {
      if (row.skip?.(key, label) || count++ % (row.every ?? 1) !== 0 || !Array.isArray(value)) continue;
      if (settings['FUZZ_TRACE']) writeFileSync(settings['FUZZ_TRACE'], `${name}, call ${list}, ${label}`); // what hangs
      const complaint = await tried(row, names, value);
      if (complaint !== undefined) complaints.push(`call ${list}, ${label}: ${complaint}`);
      if (complaints.length === MAX_COMPLAINTS) return complaints;
    }
  }
  return complaints;
}

const runs = Object.entries(rows).flatMap(([name, row]): [string, Row][] => {
  if ('exempt' in row) return [];
  return !ROOMS || ROOMS.includes(row.room) || ROOMS.includes(name) ? [[name, row]] : [];
});

it.each(runs)(
  '%s',
  async (name, row) => {
    const guards = [1, 7, 300].map((size) => index.full([size], 0.3));
    const bits = guards.map((guard) => guard.data());
    try {
      expect(await complaintsAbout(name, row)).toEqual([]);
      expect(guards.map((guard) => guard.data())).toEqual(bits);
    } finally {
      for (const guard of guards) guard.dispose();
    }
  },
  60_000,
);
