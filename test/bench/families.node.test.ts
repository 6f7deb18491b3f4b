import { beforeAll, describe, expect, test } from 'vitest';
import { family as autodiff, multiplications } from '../../bench/autodiff.bench.js';
import { family as calls } from '../../bench/calls.bench.js';
import { family as elementwise } from '../../bench/elementwise.bench.js';
import { family as inference } from '../../bench/inference.bench.js';
import { family as lstsq } from '../../bench/lstsq.bench.js';
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

describe.each([matmul, training, inference, elementwise, autodiff, calls, lstsq])('$name', (family) => {
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
    expect((family.picture ?? barSvg)(results)).not.toMatch(/NaN|Infinity|undefined/);
    expect(liveHandles()).toBe(0);
  });
});

test('the cost law: forward for few inputs, reverse for few outputs', () => {
  // J3 (J2 J1) and (J3 J2) J1 with J1 [64, d], J2 [64, 64], J3 [D, 64]
  expect(multiplications(2, 64, 64, 512)).toEqual({ forward: 2 * (512 * 64 + 4096), reverse: 512 * (4096 + 128) });
  const wide = multiplications(512, 64, 64, 1);
  expect(wide.reverse).toBeLessThan(wide.forward / 50);
});
