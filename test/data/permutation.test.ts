import { describe, expect, it } from 'vitest';
import { permutation } from '../../src/data/index.js';

describe('permutation', () => {
  it.each([0, 1, 2, 3, 7, 1000])('of %i holds every index once', (size) => {
    expect([...permutation(size, 3, 2)].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
  });

  it('depends on seed and epoch, and on nothing else', () => {
    const first = permutation(100, 1, 0);
    permutation(100, 5, 5);
    expect(permutation(100, 1, 0)).toEqual(first);
    for (const [seed, epoch] of [
      [1, 1],
      [2, 0],
      [2 ** 32 + 1, 0],
    ] as const) {
      expect(permutation(100, seed, epoch)).not.toEqual(first);
    }
  });

  it('stays what it is: a change would break every resumed training', () => {
    expect([...permutation(10, 7, 3)]).toEqual([5, 7, 3, 2, 0, 1, 6, 8, 4, 9]);
  });

  it('puts every value in every place equally often', () => {
    const counts = new Float64Array(36);
    const rounds = 6000;
    for (let epoch = 0; epoch < rounds; epoch++) {
      permutation(6, 11, epoch).forEach((value, place) => {
        counts[6 * place + value]!++;
      });
    }
    const expected = rounds / 6;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(52); // 25 degrees of freedom: p = 0.001
  });

  it('refuses sizes, seeds and epochs that are none', () => {
    expect(() => permutation(1, 0, 2 ** 32)).toThrow(
      new RangeError('permutation: expected epoch to be a whole number >= 0 and <= 4294967295, got 4294967296'),
    );
    expect(permutation(1, 0, 2 ** 32 - 1)).toEqual(Uint32Array.of(0));
    expect(() => permutation(-1, 0, 0)).toThrow(
      new RangeError('permutation: expected size to be a whole number >= 0 and <= 1073741824, got -1'),
    );
    expect(() => permutation(1, 0, 2 ** 32)).toThrow(
      new RangeError('permutation: expected epoch to be a whole number >= 0 and <= 4294967295, got 4294967296'),
    );
    expect(permutation(1, 0, 2 ** 32 - 1)).toEqual(Uint32Array.of(0));
    expect(() => permutation(3, 0.5, 0)).toThrow(
      new RangeError('permutation: expected seed to be a whole number >= 0, got 0.5'),
    );
    expect(() => permutation(1, 0, 2 ** 32)).toThrow(
      new RangeError('permutation: expected epoch to be a whole number >= 0 and <= 4294967295, got 4294967296'),
    );
    expect(permutation(1, 0, 2 ** 32 - 1)).toEqual(Uint32Array.of(0));
    expect(() => permutation(3, 0, -1)).toThrow('permutation: expected epoch to be a whole number');
  });
});
