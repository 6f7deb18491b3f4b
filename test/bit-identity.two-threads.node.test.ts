import { availableParallelism } from 'node:os';
import { beforeAll, expect, test } from 'vitest';
import { init } from '../src/runtime/init.js';
import type { Pool } from '../src/runtime/pool.js';
import { fixedRuns, hashAfterTraining } from './support/fixedRuns.js';
import { wakePoolForAll } from './support/training.js';

let pool: Pool | undefined;

beforeAll(async () => {
  const { threads } = await init({ threads: 2 });
  expect(threads).toBe(2);
  pool = await wakePoolForAll();
});

test.each(fixedRuns)('$name: the same weights as ever, here as everywhere', async (run) => {
  expect(await hashAfterTraining(run)).toBe(run.hash);
});

test.runIf(availableParallelism() > 1)('the second thread has had its share', () => {
  expect(pool?.statistics.helped).toBeGreaterThan(0);
});

test.each(fixedRuns)('$name: the same weights from a training worker', async (run) => {
  expect(await hashAfterTraining(run, true)).toBe(run.hash);
});
