// Shared by the kernel tests: ragged sizes, reproducible numbers, and the check that a work range may be divided
// anywhere: the pieces give the same bits as the whole, and no two write the same element.
import { expect } from 'vitest';
import type { KernelBench } from './kernels.js';

export const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 100] as const;

/** n numbers in [low, high), the same for the same seed (mulberry32). */
export function numbers(n: number, seed: number, low = -2, high = 2): Float32Array {
  let state = seed;
  return Float32Array.from({ length: n }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return low + (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (high - low);
  });
}

const GUARD = Math.fround(-12345.678);

/** An output buffer no kernel has written to. */
export const blank = (length: number): Float32Array => new Float32Array(length).fill(GUARD);

export const bitsOf = (values: Float32Array): number[] => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.length),
];

/** Ways to divide [0, units): at odd positions, and into single units when there are few. */
function cuts(units: number): number[][] {
  const points = [
    [0, Math.floor(units / 2), units],
    [0, Math.min(1, units), Math.min(6, units), units],
  ];
  if (units <= 20) points.push(Array.from({ length: units + 1 }, (_, i) => i));
  return points;
}

/**
 * Runs the kernel over [0, units) on a copy of `initial`, then piece by piece on fresh copies, compares the results,
 * and returns that of the whole range.
 */
export function inSlices(
  bench: KernelBench,
  initial: Float32Array,
  units: number,
  run: (y: number, begin: number, end: number) => void,
): Float32Array {
  const guarded = new Float32Array(initial.length + 8).fill(GUARD);
  guarded.set(initial);
  const before = bitsOf(guarded);
  const slice = (begin: number, end: number): Float32Array => {
    const y = bench.f32(guarded);
    run(y, begin, end);
    return bench.readF32(y, guarded.length);
  };
  const whole = slice(0, units);
  const wholeBits = bitsOf(whole);
  expect(wholeBits.slice(initial.length), 'written past the end').toEqual(before.slice(initial.length));
  for (const points of cuts(units)) {
    const joined = [...before];
    for (let k = 0; k + 1 < points.length; k++) {
      bitsOf(slice(points[k]!, points[k + 1]!)).forEach((bits, i) => {
        if (bits === before[i]) return;
        expect(joined[i], `element ${i} written by two pieces`).toBe(before[i]);
        joined[i] = bits;
      });
    }
    expect(joined, `cut at ${points.join()}`).toEqual(wholeBits);
  }
  return whole.slice(0, initial.length);
}

/** |actual - expected| <= tolerance * max(1, |expected|) for every element; NaN and infinities as they are. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i]!;
    const e = expected[i]!;
    if (Object.is(a, e) || a === e) continue;
    if (!(Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e))))
      expect.fail(`element ${i}: expected ${e}, got ${a}`);
  }
}
