import { expect, test } from 'vitest';
import { changesTable, compare } from '../../bench/compare.js';
import type { Results } from '../../bench/support/family.js';

function results(seconds: Record<string, number>, peak: number, family = 'matmul'): Results {
  return {
    family,
    title: 'Matrix product',
    unit: 'GFLOP/s',
    ours: 'wasm kernel',
    others: ['JS'],
    shareOfPeak: true,
    scale: 'quick',
    date: '2026-01-01T00:00:00.000Z',
    machine: { processor: 'one', cores: 1, runtime: 'two' },
    load: [0, 0],
    cases: [
      { name: '8 x 8', work: 1e9, seconds, peak: { multiply: peak / 2, add: peak / 2, multiplyAdd: 0, best: peak } },
    ],
  };
}

test('a time that grew beside the same peak is slower', () => {
  const changes = compare(results({ JS: 4, 'wasm kernel': 1 }, 10), results({ JS: 4, 'wasm kernel': 1.5 }, 10));
  expect(changes.map(({ candidate, verdict }) => [candidate, verdict])).toEqual([
    ['JS', 'same'],
    ['wasm kernel', 'slower'],
  ]);
  expect(changes[1]).toMatchObject({ case: '8 x 8', before: 1, ratio: 1.5 });
  expect(changes[1]?.after).toBeCloseTo(1 / 1.5, 12);
  expect(changesTable('GFLOP/s', changes)).toMatch(/8 x 8: wasm kernel.*x 1\.50.*slower/);
});

test('a slower machine alone is no change', () => {
  const [change] = compare(results({ 'wasm kernel': 1 }, 10), results({ 'wasm kernel': 2 }, 5));
  expect(change).toMatchObject({ ratio: 1, verdict: 'same' });
});

test('the threshold is a factor both ways', () => {
  const verdict = (after: number, threshold?: number): string | undefined =>
    compare(results({ x: 1 }, 1), results({ x: after }, 1), threshold)[0]?.verdict;
  expect([verdict(1.09), verdict(1.11), verdict(0.92), verdict(0.9)]).toEqual(['same', 'slower', 'same', 'faster']);
  expect(verdict(1.4, 1.5)).toBe('same');
});

test('only what both measured is compared, and only one family', () => {
  expect(compare(results({ x: 1, y: 1 }, 1), results({ y: 1, z: 1 }, 1)).map(({ candidate }) => candidate)).toEqual([
    'y',
  ]);
  expect(() => compare(results({}, 1), results({}, 1, 'calls'))).toThrow(
    new RangeError('compare: expected two results of one family, got matmul and calls'),
  );
});
