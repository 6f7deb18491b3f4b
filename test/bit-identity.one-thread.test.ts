import { beforeAll, expect, test } from 'vitest';
import { init } from '../src/runtime/init.js';

import { fixedRuns, hashAfterTraining } from './support/fixedRuns.js';

beforeAll(async () => {
  const { threads } = await init({ threads: 1 });
  expect(threads).toBe(1);
});

test.each(fixedRuns)('$name: the same weights as ever, here as everywhere', async (run) => {
  expect(await hashAfterTraining(run)).toBe(run.hash);
});

test.each(fixedRuns)('$name: the same weights from a training worker', async (run) => {
  expect(await hashAfterTraining(run, true)).toBe(run.hash);
});
