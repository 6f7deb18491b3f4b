// Trainings killed at any moment and resumed: the same weights, bit by bit, as without a break.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { resume } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { pause, startChild } from './support/child.js';
import { member, randomNumbers, type Tally } from './support/member.js';
import { fitOptions, network, optimizers, samples, weightHash } from './support/trainings.js';

withRuntime();

/** Steps of all trainings: 12 epochs of 11 batches each. */
const STEPS = 132 * Object.keys(optimizers).length;

/** The hash of the weights after each whole training. */
async function unbroken(): Promise<string[]> {
  const hashes: string[] = [];
  for (const [name, make] of Object.entries(optimizers)) {
    using model = network();
    await model.fit(samples(), fitOptions(make()));
    hashes.push(`${name}: ${weightHash(model)}`);
  }
  return hashes;
}

/** How many batches the trainings have behind them, going by their checkpoints. */
async function stepsDone(folder: string): Promise<number[]> {
  const files = readdirSync(folder).filter((name) => Object.hasOwn(optimizers, name));
  const snapshots = await Promise.all(files.map((name) => resume(join(folder, name))));
  return snapshots.map(({ steps }) => steps);
}

/** Starts trainings, kills them so often, and lets the last child come to the end. */
async function trainWithKills(kills: number, random: (below: number) => number, tally: Tally): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
  try {
    for (let i = 0; i < kills; i++) {
      const child = startChild('training.ts', folder);
      await child.said(`step ${1 + random(i === 0 ? STEPS - 300 : 100)} of`); // far from the end, also the second time
      await pause(random(20));
      await child.kill();
      tally.add('kills');
      for (const steps of await stepsDone(folder))
        tally.add(steps < STEPS / Object.keys(optimizers).length ? 'trainings broken off' : 'trainings at their end');
    }
    const child = startChild('training.ts', folder);
    const hashes = await Promise.all(Object.keys(optimizers).map((name) => child.said(`${name}: `)));
    expect(await child.ended).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(Object.keys(optimizers).sort());
    return hashes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

member('killed while training', { short: 1, long: 20 }, async (count, tally) => {
  const random = randomNumbers(count);
  const expected = await unbroken();
  for (let round = 0; round < count; round++) {
    expect(await trainWithKills(1 + random(2), random, tally), `round ${round}`).toEqual(expected);
    tally.add('trainings equal to the bit', expected.length);
  }
  expect(tally.count('trainings broken off')).toBeGreaterThan(0);
});
