import { expect, it } from 'vitest';
import { gridSearch, hyperband, integer, logUniform, workerPool } from '../../src/selection/index.js';
import { withRuntime } from '../support/live.js';
import { imported } from './imported.js';
import { plane } from './support.js';

withRuntime();

const search = {
  build: imported.build,
  fit: imported.fit,
  data: plane(40),
  grid: { learningRate: [0.05, -1], units: [2, 3] },
  folds: 2,
  seed: 2,
};

it('trains in workers that import a module, or that are started by the caller', async () => {
  const here = await gridSearch(search);
  const module = new URL('./served.mjs', import.meta.url);
  const loaded = await gridSearch({ ...search, executor: workerPool({ module, workers: 2 }) });
  expect(loaded.trials).toEqual(here.trials);
  const spawn = (): Worker => new Worker(new URL('./trials.worker.ts', import.meta.url), { type: 'module' });
  const spawned = await gridSearch({ ...search, executor: workerPool({ spawn, workers: 2 }) });
  expect(spawned.trials).toEqual(here.trials);
});

it('goes on from snapshots of other workers with the same bits', async () => {
  const { grid: _, ...rest } = search;
  const space = { learningRate: logUniform(1e-3, 0.1), units: integer(2, 4) };
  const halved = { ...rest, space, maxEpochs: 4, eta: 2 };
  const module = new URL('./served.mjs', import.meta.url);
  const there = await hyperband({ ...halved, executor: workerPool({ module, workers: 2 }) });
  expect(there.trials).toEqual((await hyperband(halved)).trials);
});

it('says so when a module cannot be loaded', async () => {
  const executor = workerPool({ module: new URL('./missing.mjs', import.meta.url), workers: 1 });
  await expect(gridSearch({ ...search, executor })).rejects.toThrow(/missing\.mjs/);
});
