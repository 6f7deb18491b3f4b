import { expect, it } from 'vitest';
import { hyperband, integer, logUniform, randomSearch, tpe, workerPool } from '../../../src/selection/index.js';
import { withRuntime } from '../../support/live.js';
import { imported } from '../imported.js';
import { plane } from '../support.js';

withRuntime();

const module = new URL('../trials.mjs', import.meta.url);
const options = {
  build: imported.build,
  fit: imported.fit,
  data: plane(40),
  space: { learningRate: logUniform(1e-3, 0.1), units: integer(0, 4) }, // 0 units fail
  folds: 2,
  seed: 1,
};

it('gives the trials of one thread in workers: snapshots, reports and failed trials included', async () => {
  const executor = workerPool({ module, workers: 2 });
  const halved = { ...options, maxEpochs: 4, eta: 2 };
  expect((await hyperband({ ...halved, executor })).trials).toEqual((await hyperband(halved)).trials);
  const pruned = { ...options, trials: 8, batch: 2, startup: 4, pruning: 'median' as const };
  const here = await tpe(pruned);
  expect((await tpe({ ...pruned, executor })).trials).toEqual(here.trials);
  expect(here.trials.some((trial) => 'error' in trial)).toBe(true);
});

it('ends its workers when the signal is given, and when time is over', async () => {
  const executor = workerPool({ module, workers: 2 });
  const controller = new AbortController();
  const reason = new Error('enough');
  const long = { ...options, space: { units: integer(1, 4), epochs: 100_000 }, trials: 4, executor };
  setTimeout(() => controller.abort(reason), 300);
  await expect(randomSearch({ ...long, signal: controller.signal })).rejects.toBe(reason);
  await expect(randomSearch({ ...long, seconds: 0.5 })).rejects.toThrow(
    new RangeError('randomSearch: expected at least one trial to end within 0.5 seconds, got none'),
  );
});
