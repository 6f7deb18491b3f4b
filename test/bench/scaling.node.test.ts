import { beforeAll, describe, expect, test } from 'vitest';
import { axes, measureAxis } from '../../bench/scaling/cost.js';
import { networks, simulateThreads, THREADS } from '../../bench/scaling/threads.js';
import { init } from '../../src/runtime/init.js';
import { liveHandles } from '../../src/runtime/statistics.js';

beforeAll(async () => {
  await init({ threads: 2 });
});

describe.each(axes)('cost over $name', (axis) => {
  test('gives times, and memory that grows', () => {
    const costs = measureAxis({ ...axis, values: axis.values.slice(0, 2) }, 1);
    expect(costs.map(({ value }) => value)).toEqual(axis.values.slice(0, 2));
    for (const { step, recording } of costs) {
      expect(step).toBeGreaterThan(0);
      expect(recording).toBeGreaterThanOrEqual(0);
    }
    expect(costs[1]?.memory).toBeGreaterThan(costs[0]?.memory ?? NaN);
    expect(liveHandles()).toBe(0);
  });
});

test('threads by simulation: a time for every number of threads, and nothing left behind', async () => {
  const [simulated] = await simulateThreads(1, networks.slice(1, 2));
  expect([...(simulated?.milliseconds.keys() ?? [])]).toEqual(THREADS);
  for (const ms of simulated?.milliseconds.values() ?? []) expect(ms).toBeGreaterThan(0);
  expect(liveHandles()).toBe(0);
});
