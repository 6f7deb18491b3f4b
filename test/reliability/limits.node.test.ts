// Sizes that cannot be, in every numeric place of every call: an error in the name of what was called, before any work
// that depends on the size. So no array may be made that is larger than any right call needs.
import { afterAll, beforeAll, expect } from 'vitest';
import type { Row } from '../fuzz/row.js';
import { allRows, callableRows, namesOf } from '../fuzz/rows/index.js';
import { makeSetting, type Setting } from '../fuzz/setting.js';
import { tryCall } from '../fuzz/tried.js';
import { builtRows } from './support/builtLayers.js';
import { refuseLargeArrays } from './support/largeArrays.js';
import { member, type Tally } from './support/member.js';
import { sized, type Sized } from './support/sizes.js';

const MAX_COMPLAINTS = 40;
/** Bytes of linear memory. */
const MEMORY = 2 ** 23;
/** Elements: as many as memory holds. */
const LARGE = MEMORY / 4;

/** What is right and long: so many epochs, steps of an epoch or of a loop, or trials, and permutations up to 4 GiB. */
const isRight = (name: string, { label, args: [first] }: Sized): boolean =>
  /(epochs|maxEpochs|stepsPerEpoch|steps|trials|candidates)\b[^,]* = \d{4}/.test(label) ||
  (name === 'index/scan' && /length = \d{4}/.test(label)) ||
  (name === 'data/permutation' && typeof first === 'number' && first > 2 ** 16 && first <= 2 ** 30);

let setting: Setting;
const rows = [...callableRows(allRows(() => setting.world)), ...callableRows(builtRows())];

beforeAll(async () => {
  setting = await makeSetting(MEMORY);
});

afterAll(() => setting.dispose());

async function complaintsAbout(name: string, row: Row, count: number, tally: Tally): Promise<string[]> {
  const complaints: string[] = [];
  for (const [list, right] of row.args().entries()) {
    for (const one of sized(right, count)) {
      const at = `${name}, call ${list}, ${one.label}`;
      if (isRight(name, one)) continue;
      const arrays = refuseLargeArrays(LARGE);
      let trial;
      try {
        trial = await tryCall(row, namesOf(name, row), one.args, setting.isLasting);
      } finally {
        arrays.restore();
      }
      tally.add(trial.refused ? 'refused' : 'accepted');
      if (trial.complaint !== undefined) complaints.push(`${at}: ${trial.complaint}`);
      for (const length of arrays.made) complaints.push(`${at}: asks for ${length} elements`);
    }
  }
  return complaints;
}

member('sizes', { short: 20, long: 500 }, async (count, tally) => {
  const complaints: string[] = [];
  for (const [name, row] of rows) {
    complaints.push(...(await complaintsAbout(name, row, count, tally)));
    if (complaints.length >= MAX_COMPLAINTS) break;
  }
  expect(complaints.slice(0, MAX_COMPLAINTS)).toEqual([]);
  expect(tally.count('refused')).toBeGreaterThan(0);
});
