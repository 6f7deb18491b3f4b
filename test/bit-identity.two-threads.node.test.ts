import { beforeAll, expect, test } from 'vitest';
import { init } from '../src/runtime/init.js';
import { wakePool } from './support/training.js';
import { fixedRuns, hashAfterTraining } from './support/fixedRuns.js';

beforeAll(async () => {
  const { threads } = await init({ threads: 2 });
  expect(threads).toBe(2);
  await wakePool();
});

test.each(fixedRuns)('$name: the same weights as ever, here as everywhere', async (run) => {
  expect(await hashAfterTraining(run)).toBe(run.hash);
});

test.each(fixedRuns)('$name: the same weights from a training worker', async (run) => {
  expect(await hashAfterTraining(run, true)).toBe(run.hash);
});
