// Searches whose workers are killed at random moments: every trial has the scores that it has without kills, or a
// WorkerError; none is missing, and no worker is left. The same for searches that are ended.
import { afterAll, beforeAll, expect } from 'vitest';
import { WorkerError } from '../../src/index.js';
import { gridSearch, workerPool, type GridPoint, type GridSearch } from '../../src/selection/index.js';
import { imported } from '../selection/imported.js';
import { plane } from '../selection/support.js';
import { withRuntime } from '../support/live.js';
import { pause } from './support/child.js';
import { member, randomNumbers, type Tally } from './support/member.js';
import { living, startWorkersOf, WatchedWorker } from './support/watchedWorkers.js';

withRuntime({ threads: 1 });
beforeAll(() => startWorkersOf(WatchedWorker));
afterAll(() => startWorkersOf());

type Random = (below: number) => number;

const grid = { units: [2, 3, 4], learningRate: [0.05, 0.1, 0.2] };
const { build, fit } = imported;
const options = { build, fit, grid, data: plane(48), folds: 3, seed: 2 };
const module = new URL('../selection/trials.mjs', import.meta.url);
const reason = new Error('enough');

/** Searches in two workers, of which one is killed every so often until the search has ended. */
async function searchWithKills(kills: number, random: Random, tally: Tally, signal?: AbortSignal): Promise<unknown> {
  const executor = workerPool({ module, workers: 2 });
  const search = gridSearch({ ...options, executor, signal }).catch((error: unknown) => error);
  for (let i = 0; i < kills; i++) {
    await pause(random(i === 0 ? 400 : 150)); // the first also while they start
    const victim = [...living][random(2)];
    if (!victim) continue; // the search is over, or has not begun
    void victim.terminate();
    tally.add('killed');
  }
  return search;
}

async function noneLeft(): Promise<void> {
  for (let i = 0; i < 100 && living.size > 0; i++) await pause(20);
  expect(living.size).toBe(0);
}

function isSearch(result: unknown): result is GridSearch<GridPoint> {
  return typeof result === 'object' && result !== null && 'trials' in result;
}

/** Counts and compares the trials of a search. */
function compare(result: unknown, here: GridSearch<GridPoint>, tally: Tally): void {
  if (!isSearch(result)) {
    expect(result).toBeInstanceOf(WorkerError);
    tally.add('searches without workers');
    return;
  }
  expect(result.trials.map(({ index }) => index).sort()).toEqual(here.trials.map(({ index }) => index).sort());
  for (const { index, error, folds } of result.trials) {
    if (error === undefined) {
      expect(folds).toEqual(here.trials.find((trial) => trial.index === index)?.folds);
      tally.add('trials with the same scores');
    } else {
      expect(error).toBeInstanceOf(WorkerError);
      tally.add('trials with a WorkerError');
    }
  }
}

member('searches with killed workers', { short: 3, long: 100 }, async (count, tally) => {
  const here = await gridSearch(options);
  const random = randomNumbers(count);
  for (let round = 0; round < count; round++) {
    compare(await searchWithKills(1 + random(4), random, tally), here, tally);
    await noneLeft();
  }
  expect(tally.count('killed')).toBeGreaterThan(0);
  expect(tally.count('trials with the same scores')).toBeGreaterThan(0);
});

member('searches ended with killed workers', { short: 3, long: 100 }, async (count, tally) => {
  const here = await gridSearch(options);
  const random = randomNumbers(count);
  for (let round = 0; round < count; round++) {
    const controller = new AbortController();
    const end = setTimeout(() => controller.abort(reason), random(700));
    const result = await searchWithKills(random(3), random, tally, controller.signal);
    clearTimeout(end);
    if (result === reason) tally.add('ended');
    else compare(result, here, tally);
    await noneLeft();
  }
  expect(tally.count('ended')).toBeGreaterThan(0);
});
