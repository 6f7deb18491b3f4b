import { describe, expect, it } from 'vitest';
import { dataset, trainTestSplit } from '../../src/data/index.js';

const data = dataset(
  Array.from({ length: 10 }, (_, i) => [i, 10 * i]),
  Int32Array.from({ length: 10 }, (_, i) => i),
);

describe('trainTestSplit', () => {
  it('parts the rows, each with its target', () => {
    const { train, test } = trainTestSplit(data, { testFraction: 0.3, seed: 4 });
    expect([train.size, test.size]).toEqual([7, 3]);
    expect([...train.y!, ...test.y!].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const part of [train, test]) {
      part.y!.forEach((label, row) => {
        expect([...part.slice(row, row + 1).x]).toEqual([label, 10 * label]);
      });
    }
  });

  it('depends on the seed alone, and shuffles', () => {
    const tests = [1, 1, 2].map((seed) => [...trainTestSplit(data, { seed, testFraction: 0.5 }).test.y!]);
    expect(tests[0]).toEqual(tests[1]);
    expect(tests[0]).not.toEqual(tests[2]);
    expect(tests[0]).not.toEqual([0, 1, 2, 3, 4]);
  });

  it('rounds the test up, a quarter by default', () => {
    expect(trainTestSplit(data).test.size).toBe(3);
    expect(trainTestSplit(data, { testFraction: 1e-9 }).test.size).toBe(1);
  });

  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'fraction 0',
      () => trainTestSplit(data, { testFraction: 0 }),
      RangeError,
      'testFraction to be a finite number > 0 and < 1, got 0',
    ],
    [
      'fraction 1',
      () => trainTestSplit(data, { testFraction: 1 }),
      RangeError,
      'testFraction to be a finite number > 0 and < 1, got 1',
    ],
    [
      'no training rows',
      () => trainTestSplit(data, { testFraction: 0.95 }),
      RangeError,
      'rows for both parts, got 10 and testFraction 0.95',
    ],
    [
      'misspelt options',
      () => trainTestSplit(data, { fraction: 0.5 } as object),
      TypeError,
      "options testFraction, seed, got unknown option 'fraction'",
    ],
    ['other data', () => trainTestSplit([[1]] as never), TypeError, 'data made by dataset(...), got [[1]]'],
    ['a bad seed', () => trainTestSplit(data, { seed: -1 }), RangeError, 'seed to be a whole number >= 0, got -1'],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(new type(`trainTestSplit: expected ${message}`));
  });
});
