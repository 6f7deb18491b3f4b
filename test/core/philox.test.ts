import { describe, expect, it } from 'vitest';
import { multiplyHigh, philox } from '../../src/core/philox.js';

describe('philox', () => {
  // Published vectors of Random123 (kat_vectors, philox4x32-10).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [Array<number>(4).fill(0xffffffff), [0xffffffff, 0xffffffff], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published words for %j', (counter, key, expected) => {
    const words = new Uint32Array(4);
    philox(counter, key, words);
    expect([...words]).toEqual(expected);
  });

  it('multiplyHigh agrees with BigInt', () => {
    const values = [
      0, 1, 2, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x9e3779b9, 12345,
    ];
    for (const a of values) {
      for (const b of values) expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
    }
  });
});
