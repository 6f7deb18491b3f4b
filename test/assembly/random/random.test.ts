import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, bitsOf, blank, expectClose, inSlices } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Four = [number, number, number, number];

/** Philox4x32-10 after the paper, in exact integers: the reference, itself held to the published vectors. */
function philox(counter: Four, key: [number, number]): Four {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const a = 0xd2511f53n * c0;
    const b = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(b >> 32n) ^ c1 ^ k0, b & mask, (a >> 32n) ^ c3 ^ k1, a & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number) as Four;
}

/** The words of n elements of a stream. */
const words = (n: number, key: [number, number], stream: number, attempt = 0): number[] =>
  Array.from({ length: n }, (_, i) => philox([i >>> 2, stream, attempt, 0], key)[i & 3]!);

/** Standard normals from words, pair by pair. */
const boxMuller = (list: readonly number[]): number[] =>
  list.map((_, i) => {
    const radius = Math.sqrt(-2 * Math.log((list[i & ~1]! + 0.5) * 2 ** -32));
    const angle = (((list[i | 1] ?? 0) | 0) * Math.PI) / 2 ** 31;
    return radius * (i & 1 ? Math.sin(angle) : Math.cos(angle));
  });

const SEED: [number, number] = [0xa4093822, 0x299f31d0];
const MANY = 200_000;

function statistics(x: Float32Array): { mean: number; variance: number } {
  const mean = x.reduce((s, v) => s + v, 0) / x.length;
  return { mean, variance: x.reduce((s, v) => s + (v - mean) ** 2, 0) / x.length };
}

/** Largest distance between the sample's distribution and the expected one (Kolmogorov and Smirnov), times sqrt(n). */
function distance(x: Float32Array, distribution: (v: number) => number): number {
  const sorted = x.slice().sort();
  const gaps = sorted.map((v, i) => Math.abs(distribution(v) - (i + 0.5) / x.length));
  return Math.sqrt(x.length) * gaps.reduce((a, b) => Math.max(a, b), 0);
}

/** The normal distribution function by Simpson's rule. */
function normalDistribution(z: number): number {
  const steps = 40;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let k = 1; k < steps; k++) sum += (k % 2 ? 4 : 2) * density((z * k) / steps);
  return 0.5 + (sum * z) / steps / 3;
}

describe('philoxFill', () => {
  it('the reference gives the published vectors', () => {
    const ones = 0xffffffff;
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], SEED)).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  it.each([
    [0, 0, 0],
    [...SEED, 0x85a308d3],
    [0xffffffff, 0xffffffff, 0xffffffff],
  ])('gives the words of key %i, %i, stream %i', (seed0, seed1, stream) => {
    for (const n of SIZES) {
      bench.reset();
      const y = inSlices(bench, blank(n), n, (p, b, e) => kernels.philoxFill(p, seed0, seed1, stream, b, e));
      expect(bitsOf(y)).toEqual(words(n, [seed0, seed1], stream));
    }
  });

  it('the published zero vector comes out of the kernel', () => {
    const y = bench.out(4);
    kernels.philoxFill(y, 0, 0, 0, 0, 4);
    expect([...new Uint32Array(bench.memory.buffer, y, 4)]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it('far elements need no near ones', () => {
    const first = 2 ** 31 - 40;
    const y = bench.out(9);
    kernels.philoxFill(y - 4 * first, ...SEED, 1, first, first + 9);
    const expected = Array.from({ length: 9 }, (_, k) => philox([(first + k) >>> 2, 1, 0, 0], SEED)[(first + k) & 3]!);
    expect([...new Uint32Array(bench.memory.buffer, y, 9)]).toEqual(expected);
  });
});

describe('uniformFill', () => {
  it.each(SIZES)('%i elements from the words', (n) => {
    const y = inSlices(bench, blank(n), n, (p, b, e) => kernels.uniformFill(p, ...SEED, 2, 0, 1, b, e));
    expect([...y]).toEqual(words(n, SEED, 2).map((w) => (w >>> 8) / 2 ** 24));
    const wide = inSlices(bench, blank(n), n, (p, b, e) => kernels.uniformFill(p, ...SEED, 2, -3, 5, b, e));
    expectClose(
      wide,
      [...y].map((u) => -3 + 8 * u),
      2e-7,
    );
  });

  it('is uniform in [0, 1)', () => {
    const p = bench.out(MANY);
    kernels.uniformFill(p, 1, 2, 3, 0, 1, 0, MANY);
    const y = bench.readF32(p, MANY);
    expect(y.every((v) => v >= 0 && v < 1)).toBe(true);
    expect(Math.abs(statistics(y).mean - 0.5)).toBeLessThan(3e-3);
    expect(Math.abs(statistics(y).variance - 1 / 12)).toBeLessThan(1e-3);
    expect(distance(y, (v) => v)).toBeLessThan(1.95);
  });
});

describe('normalFill', () => {
  it.each(SIZES)('%i elements by Box and Muller', (n) => {
    const y = inSlices(bench, blank(n), n, (p, b, e) => kernels.normalFill(p, ...SEED, 4, 0.5, 2, b, e));
    const z = boxMuller(words((n + 3) & ~3, SEED, 4)).slice(0, n);
    expectClose(
      y,
      z.map((v) => 0.5 + 2 * v),
      2e-6,
    );
  });

  it('is normal', () => {
    const p = bench.out(MANY);
    kernels.normalFill(p, 1, 2, 3, 0, 1, 0, MANY);
    const y = bench.readF32(p, MANY);
    expect(Math.abs(statistics(y).mean)).toBeLessThan(0.01);
    expect(Math.abs(statistics(y).variance - 1)).toBeLessThan(0.015);
    expect(distance(y, normalDistribution)).toBeLessThan(1.95);
    const product = statistics(y.map((v, i) => v * (y[i ^ 1] ?? 0))).mean;
    expect(Math.abs(product)).toBeLessThan(0.015);
  });
});

describe('truncatedNormalFill', () => {
  it.each(SIZES)('%i elements, drawn again where outside', (n) => {
    const y = inSlices(bench, blank(n), n, (p, b, e) => kernels.truncatedNormalFill(p, ...SEED, 4, 0.5, 2, b, e));
    const whole = (n + 3) & ~3;
    const attempts = Array.from({ length: 12 }, (_, attempt) => boxMuller(words(whole, SEED, 4, attempt)));
    const z = Array.from({ length: n }, (_, i) => attempts.map((a) => a[i]!).find((v) => Math.abs(v) <= 2)!);
    expectClose(
      y,
      z.map((v) => 0.5 + 2 * v),
      2e-6,
    );
  });

  it('stays within two deviations, with the variance of the truncated law', () => {
    const p = bench.out(MANY);
    kernels.truncatedNormalFill(p, 1, 2, 3, 0, 1, 0, MANY);
    const y = bench.readF32(p, MANY);
    expect(y.every((v) => Math.abs(v) <= 2)).toBe(true);
    expect(Math.abs(statistics(y).variance - 0.7737413)).toBeLessThan(0.01);
    const tail = normalDistribution(-2);
    expect(distance(y, (v) => (normalDistribution(v) - tail) / (1 - 2 * tail))).toBeLessThan(1.95);
  });
});

describe('dropoutMask', () => {
  it.each(SIZES)('%i elements of the uniform numbers of (seed, step)', (n) => {
    const exactly = words(1, [7, 11], 5).map((w) => (w >>> 8) / 2 ** 24); // u = rate is kept
    for (const rate of [0, 0.2, 0.5, 1, ...exactly]) {
      bench.reset();
      const key = bench.i32([7, 11]);
      const y = inSlices(bench, blank(n), n, (p, b, e) => kernels.dropoutMask(p, key, 5, rate, b, e));
      const keep = rate === 1 ? 0 : Math.fround(1 / Math.fround(1 - Math.fround(rate)));
      const expected = words(n, [7, 11], 5).map((w) => ((w >>> 8) / 2 ** 24 >= Math.fround(rate) ? keep : 0));
      expect([...y]).toEqual(expected);
    }
  });

  it('drops the share it was asked for, another one in the next step', () => {
    const key = bench.i32([7, 11]);
    const p = bench.out(MANY);
    kernels.dropoutMask(p, key, 0, 0.3, 0, MANY);
    const first = bench.readF32(p, MANY);
    expect(Math.abs(first.filter((v) => v === 0).length / MANY - 0.3)).toBeLessThan(0.004);
    kernels.advanceCounter(key + 4);
    kernels.dropoutMask(p, key, 0, 0.3, 0, MANY);
    const both = bench.readF32(p, MANY).filter((v, i) => v === 0 && first[i] === 0).length;
    expect(Math.abs(both / MANY - 0.09)).toBeLessThan(0.004);
  });
});
