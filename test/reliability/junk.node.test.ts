// Calls that are wrong in two places: an error that says what was expected, or a result. Nothing is left, and tensors
// beside keep their bits. (test/fuzz tries every place with every wrong value.)
import { afterAll, beforeAll, expect } from 'vitest';
import { pairs } from '../fuzz/mutants.js';
import { allRows, callableRows, namesOf } from '../fuzz/rows/index.js';
import type { Row } from '../fuzz/row.js';
import { besideGuards, makeSetting, type Setting } from '../fuzz/setting.js';
import { tryCall } from '../fuzz/tried.js';
import { member, type Tally } from './support/member.js';

const MAX_COMPLAINTS = 12;

/** Not those of the fuzz test. */
const SEED = 1000;

let setting: Setting;
const rows = callableRows(allRows(() => setting.world));

beforeAll(async () => {
  setting = await makeSetting();
});

afterAll(() => setting.dispose());

async function callWrongly(name: string, row: Row, count: number, tally: Tally): Promise<string[]> {
  const complaints: string[] = [];
  const lists = row.args();
  for (const [list, args] of lists.entries()) {
    let drawn = 0;
    for (const { label, key, value } of pairs(args, setting.junk, Math.ceil(count / lists.length), SEED + list)) {
      if (row.skip?.(key, label) || drawn++ % (row.every ?? 1) !== 0 || !Array.isArray(value)) continue;
      const { refused, complaint } = await tryCall(row, namesOf(name, row), value, setting.isLasting);
      tally.add(refused ? 'refused' : 'accepted');
      if (complaint !== undefined) complaints.push(`${name}, call ${list}, ${label}: ${complaint}`);
    }
  }
  return complaints;
}

member('junk calls', { short: 4_000, long: 120_000 }, async (count, tally) => {
  const complaints: string[] = [];
  for (const [name, row] of rows) {
    const kept = await besideGuards(async () => {
      complaints.push(...(await callWrongly(name, row, Math.ceil(count / rows.length), tally)));
    });
    if (!kept) complaints.push(`${name}: changes tensors beside`);
    if (complaints.length >= MAX_COMPLAINTS) break;
  }
  expect(complaints).toEqual([]);
  expect(tally.count('refused')).toBeGreaterThan(count / 2);
});
