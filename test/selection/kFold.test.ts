import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataset, type Dataset } from '../../src/data/index.js';
import { kFold } from '../../src/selection/index.js';
import { wrong } from '../support/wrong.js';
import { typed } from '../support/typed.js';

/** Rows 0..n-1 with the class of each. */
function numbered(n: number, label: (row: number) => number): Dataset {
  const rows = Array.from({ length: n }, (_, row) => row);
  return dataset(
    rows.map((row) => [row]),
    Int32Array.from(rows, label),
  );
}

describe('kFold', () => {
  it('puts every row in one test and in all other trainings, in sizes that differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), fc.boolean(), fc.nat(), (n, draw, stratified, seed) => {
        const k = 2 + (draw % (n - 1));
        const folds = kFold(
          numbered(n, (row) => (row * row) % 3),
          { k, seed, stratified },
        );
        expect(folds).toHaveLength(k);
        const tested = folds.flatMap(({ testIndices }) => [...testIndices]);
        expect(tested.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, row) => row));
        for (const { trainIndices, testIndices } of folds) {
          expect(new Set([...trainIndices, ...testIndices]).size).toBe(n);
          expect(Math.abs(testIndices.length - n / k)).toBeLessThan(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives every fold its share of every class when stratified', () => {
    const share = (row: number): number => (row < 70 ? 0 : row < 95 ? 1 : 2);
    for (const data of [
      numbered(100, share),
      dataset(
        Array.from({ length: 100 }, (_, row) => [row]),
        Array.from({ length: 100 }, (_, row) => [0, 1, 2].map((label) => Number(label === share(row)))),
      ),
    ]) {
      for (const { testIndices } of kFold(data, { k: 5, seed: 3, stratified: true })) {
        const counts = [0, 0, 0];
        for (const row of testIndices) counts[share(row)]!++;
        expect(counts).toEqual([14, 5, 1]);
      }
    }
  });

  it('draws the folds by seed', () => {
    const data = numbered(30, () => 0);
    const rows = (seed: number): number[][] => kFold(data, { k: 3, seed }).map(({ testIndices }) => [...testIndices]);
    expect(rows(1)).toEqual(rows(1));
    expect(rows(1)).not.toEqual(rows(2));
    expect(rows(1)[0]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('copies rows with their targets', () => {
    const [fold] = kFold(
      numbered(9, (row) => row % 4),
      { k: 3 },
    );
    expect(fold!.test.size).toBe(3);
    expect(fold!.train.size).toBe(6);
    expect([...fold!.test.x]).toEqual([...fold!.testIndices]);
    expect([...(fold!.train.y ?? [])]).toEqual([...fold!.trainIndices].map((row) => row % 4));
  });

  it('refuses what cannot be parted', () => {
    const data = numbered(5, () => 0);
    expect(() => kFold(data, { k: 6 })).toThrow(
      new RangeError('kFold: expected k to be a whole number >= 2 and <= 5, got 6'),
    );
    expect(() => kFold(data, { k: 1 })).toThrow(
      new RangeError('kFold: expected k to be a whole number >= 2 and <= 5, got 1'),
    );
    expect(() => kFold(data, { k: 2.5 })).toThrow(
      new RangeError('kFold: expected k to be a whole number >= 2 and <= 5, got 2.5'),
    );
    expect(() => kFold(data, wrong({ folds: 3 }))).toThrow(
      typed(TypeError, /^kFold: expected options .*, got unknown option 'folds'$/),
    );
    expect(() => kFold(wrong([[1], [2]]), { k: 2 })).toThrow(
      new TypeError('kFold: expected data made by dataset(...), got [[1], [2]]'),
    );
    const regression = dataset([[1], [2], [3]], [[0.5], [1], [2]]);
    expect(() => kFold(regression, { k: 2, stratified: true })).toThrow(
      new TypeError(
        'kFold: expected targets to be classes (indices or one-hot rows) to stratify by, got [0.5] in row 0',
      ),
    );
    expect(() => kFold(dataset([[1], [2]]), { k: 2, stratified: true })).toThrow(
      new TypeError('kFold: expected data with targets to stratify by, got inputs only'),
    );
  });
});
