import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf } from '../../src/core/hash.js';

const words = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1));

test('the same on every machine: committed hashes', () => {
  expect(hashOf('')).toBe('5531d14e70ace514e4f2a9813813f4a8');
  expect(hashOf('weights', words(1000))).toBe('21e693572158285dd8e5b6ccff60188b');
  expect(hashOf('Größe', new Uint8Array([1, 2, 3]), Float64Array.of(0.1, -1e300))).toBe(
    'f1c8a0af0247ab65b8851d689385c32e',
  );
});

test('any change of one word, in any place, is another hash', () => {
  const bit = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).filter((change) => change !== 0);
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 40 }), fc.nat(), bit, (given, at, change) => {
      const [before, after] = [Int32Array.from(given), Int32Array.from(given)];
      after[at % after.length]! ^= change;
      expect(hashOf('', after)).not.toBe(hashOf('', before));
    }),
    { numRuns: 2000 },
  );
});

test('any one or two bits flipped in 12 words is another hash', () => {
  const bits = 12 * 32;
  const before = hashOf('', words(12));
  for (let a = 0; a < bits; a++)
    for (let b = a; b < bits; b++) {
      const changed = words(12);
      changed[a >> 5]! ^= 1 << (a & 31);
      if (b > a) changed[b >> 5]! ^= 1 << (b & 31);
      if (hashOf('', changed) === before) expect.fail(`bits ${a} and ${b}`);
    }
});

test('words in another order, and blocks moved, are another hash', () => {
  const before = hashOf('', words(64));
  for (let a = 0; a < 64; a++)
    for (let b = a + 1; b < 64; b++) {
      const changed = words(64);
      [changed[a], changed[b]] = [changed[b]!, changed[a]!];
      expect(hashOf('', changed)).not.toBe(before);
      expect(hashOf('', Int32Array.from(words(64)).copyWithin(a, b))).not.toBe(before);
    }
});

test('each bit of the input changes about half of the bits of the hash', () => {
  const bits = (hash: string): bigint => BigInt(`0x${hash}`);
  const before = bits(hashOf('', words(16)));
  for (let bit = 0; bit < 16 * 32; bit++) {
    const changed = words(16);
    changed[bit >> 5]! ^= 1 << (bit & 31);
    const differing = (before ^ bits(hashOf('', changed))).toString(2).replaceAll('0', '').length;
    expect(differing, `bit ${bit}`).toBeGreaterThan(30);
    expect(differing, `bit ${bit}`).toBeLessThan(98);
  }
});

test('text and numbers wherever they lie in memory', () => {
  const bytes = new Uint8Array([9, 9, 9, ...new Uint8Array(words(5).buffer)]);
  expect(hashOf('a', bytes.subarray(3))).toBe(hashOf('a', words(5)));
  expect(hashOf('a')).not.toBe(hashOf('b'));
  expect(hashOf('a')).not.toBe(hashOf('a\0'));
});
