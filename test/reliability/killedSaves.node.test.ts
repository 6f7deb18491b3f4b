// Processes killed while they save: the file is whole, the old one or a new one, and the next write tidies up.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { loadModel, saveModel, writeModel } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { pause, startChild } from './support/child.js';
import { member, randomNumbers, type Tally } from './support/member.js';
import { largerModel } from './support/models.js';

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

withRuntime();

/** The bytes of the models that the children save. */
function possible(): Buffer[] {
  return [1, 2, 3].map((seed) => {
    using model = largerModel(seed);
    return Buffer.from(saveModel(model));
  });
}

/** Starts two children that save to the same path, kills both at some moment, and looks at what is there. */
async function killTwo(path: string, delay: number, tally: Tally): Promise<void> {
  const children = [startChild('saving.ts', path), startChild('saving.ts', path)];
  try {
    await Promise.all(children.map((child) => child.said('saving')));
    await pause(delay);
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }
  const file = readFileSync(path);
  expect(
    possible().some((bytes) => bytes.equals(file)),
    `after ${delay} ms`,
  ).toBe(true);
  using model = await loadModel(path);
  expect(Buffer.from(saveModel(model)).equals(file)).toBe(true);
  tally.add('killed', children.length);
  tally.add('drafts left', readdirSync(folder).length - 1);
}

member('killed while saving to one path', { short: 2, long: 50 }, async (count, tally) => {
  const path = join(folder, 'model');
  const random = randomNumbers(count);
  for (let round = 0; round < count; round++) {
    await killTwo(path, random(60), tally);
    if (round % 2 === 1) continue; // so that drafts of several processes come together
    using model = largerModel(4);
    await writeModel(model, path);
    expect(readdirSync(folder), `round ${round}`).toEqual(['model']);
    tally.add('tidied');
  }
});
