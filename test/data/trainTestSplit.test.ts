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
      "options testFraction, seed, stratified, timeOrdered, got unknown option 'fraction'",
    ],
    ['other data', () => trainTestSplit([[1]] as never), TypeError, 'data made by dataset(...), got [[1]]'],
    ['a bad seed', () => trainTestSplit(data, { seed: -1 }), RangeError, 'seed to be a whole number >= 0, got -1'],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(new type(`trainTestSplit: expected ${message}`));
  });
});

describe('trainTestSplit in other orders', () => {
  const classes = Float32Array.from({ length: 40 }, (_, i) => Number(i % 4 === 0));
  const many = dataset(
    Array.from({ length: 40 }, (_, i) => [i]),
    classes,
  );

  it('stratified: every class in proportion, shuffled, each row once', () => {
    const { train, test } = trainTestSplit(many, { testFraction: 0.3, stratified: true, seed: 2 });
    const ones = (y: ArrayLike<number> | undefined): number =>
      Array.from(y ?? []).filter((value) => value === 1).length;
    expect([test.size, ones(test.y), train.size, ones(train.y)]).toEqual([12, 3, 28, 7]);
    expect([...train.x, ...test.x].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect([...test.x]).not.toEqual([...test.x].sort((a, b) => a - b));
  });

  it('timeOrdered: the last rows are for testing', () => {
    const { train, test } = trainTestSplit(many, { testFraction: 0.1, timeOrdered: true });
    expect([...test.x]).toEqual([36, 37, 38, 39]);
    expect(train.x[35]).toBe(35);
  });

  it('refuses both at once, and to stratify by numbers', () => {
    expect(() => trainTestSplit(many, { stratified: true, timeOrdered: true })).toThrow(
      new RangeError('trainTestSplit: expected either stratified or timeOrdered, got both'),
    );
    const numbers = dataset([[1], [2]], [1.5, 2]);
    expect(() => trainTestSplit(numbers, { stratified: true })).toThrow(
      new TypeError(
        'trainTestSplit: expected targets to be classes (indices or one-hot rows) to stratify by, got [1.5] in row 0',
      ),
    );
  });
});
