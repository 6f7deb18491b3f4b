import { describe, expect, it } from 'vitest';
import { OutOfMemoryError, ShapeError } from '../../src/core/errors.js';
import { polynomialFeatures } from '../../src/data/index.js';
import { memory } from '../../src/runtime/init.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

withRuntime({ maximumMemory: 2 ** 26 });

/** All products of at most `degree` features, from scratch: every sorted choice, degree by degree. */
function reference(row: readonly number[], degree: number): number[] {
  const choices = (k: number): number[][] =>
    k === 0
      ? [[]]
      : choices(k - 1).flatMap((head) => row.map((_, i) => [...head, i]).filter((c) => (c.at(-2) ?? 0) <= c.at(-1)!));
  return Array.from({ length: degree + 1 }, (_, k) => choices(k))
    .flat()
    .map((choice) => Math.fround(choice.reduce((product, i) => product * row[i]!, 1)));
}

describe('polynomialFeatures', () => {
  it.each([
    [1, 0],
    [1, 5],
    [2, 2],
    [2, 3],
    [3, 2],
    [3, 4],
    [4, 1],
  ])('of %i columns to degree %i', (d, degree) => {
    const rows = [1, 2, 3].map((i) => Array.from({ length: d }, (_, k) => i + 2 * k - 2.5));
    const out = polynomialFeatures(rows, degree);
    expect(out.toArray()).toEqual(rows.map((row) => reference(row, degree)));
    out.dispose();
  });

  it("has scikit-learn's order", () => {
    const out = polynomialFeatures([[2, 3, 5]], 2);
    expect(out.toArray()).toEqual([[1, 2, 3, 5, 4, 6, 10, 9, 15, 25]]);
    out.dispose();
  });

  it('takes one axis as one column, and leaves the 1 out when asked to', () => {
    const out = polynomialFeatures(new Float32Array([2, 3]), 3, { includeBias: false });
    expect(out.toArray()).toEqual([
      [2, 4, 8],
      [3, 9, 27],
    ]);
    out.dispose();
  });

  it('takes memory before it works', () => {
    const before = memory();
    expect(() => polynomialFeatures([[1, 2]], 2 ** 15 - 2)).toThrow(typed(OutOfMemoryError, /^polynomialFeatures: /));
    expect(memory()).toEqual(before);
  });

  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'a negative degree',
      () => polynomialFeatures([[1]], -1),
      RangeError,
      'degree to be a whole number >= 0 and <= 1073741824, got -1',
    ],
    [
      'half a degree',
      () => polynomialFeatures([[1]], 1.5),
      RangeError,
      'degree to be a whole number >= 0 and <= 1073741824, got 1.5',
    ],
    [
      'nothing at all',
      () => polynomialFeatures([[1]], 0, { includeBias: false }),
      RangeError,
      'degree to be a whole number >= 1 and <= 1073741824, got 0',
    ],
    [
      'more than memory',
      () => polynomialFeatures([Array<number>(784).fill(1)], 9),
      RangeError,
      'at most 1073741824 elements, got 1 rows of 15943435565 monomials',
    ],
    ['images', () => polynomialFeatures([[[1]]], 2), ShapeError, 'x [n, d] or [n], got [1, 1, 1]'],
    [
      'misspelt options',
      () => polynomialFeatures([[1]], 1, { bias: true } as object),
      TypeError,
      "options includeBias, got unknown option 'bias'",
    ],
    [
      'a number as flag',
      () => polynomialFeatures([[1]], 1, { includeBias: 1 as never }),
      TypeError,
      'includeBias to be true or false, got 1',
    ],
    ['text', () => polynomialFeatures('x' as never, 1), TypeError, "numbers, nested arrays or a typed array, got 'x'"],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(new type(`polynomialFeatures: expected ${message}`));
  });
});
