import { beforeAll, describe, expect, test } from 'vitest';
import { family as calls } from '../../bench/calls.bench.js';
import { family as elementwise } from '../../bench/elementwise.bench.js';
import { family as inference } from '../../bench/inference.bench.js';
import { family as matmul } from '../../bench/matmul.bench.js';
import { runFamily } from '../../bench/support/family.js';
import { barChart, resultTable } from '../../bench/support/report.js';
import { barSvg } from '../../bench/support/svg.js';
import { family as training } from '../../bench/training.bench.js';
import { init } from '../../src/runtime/init.js';
import { liveHandles } from '../../src/runtime/statistics.js';

beforeAll(async () => {
  await init();
});

describe.each([matmul, training, inference, elementwise, calls])('$name', (family) => {
  test('gives finite positive times, and pictures of them', () => {
    const results = runFamily(family, 'smoke');
    expect(results.cases.length).toBeGreaterThan(0);
    for (const { name, seconds, peak } of results.cases) {
      expect(Object.keys(seconds), name).toContain(family.ours);
      for (const value of [...Object.values(seconds), peak.best]) {
        expect(value, name).toBeGreaterThan(0);
        expect(value, name).toBeLessThan(Infinity);
      }
      expect(resultTable(results)).toContain(name);
      expect(barChart(results)).toContain(name);
    }
    expect(barSvg(results)).not.toMatch(/NaN|Infinity|undefined/);
    expect(liveHandles()).toBe(0);
  });
});
