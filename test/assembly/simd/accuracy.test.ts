import { describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { numbers } from '../../support/slices.js';
import { erf, erfc, sigmoid, ulpError } from '../../support/special.js';

const COUNT = 1 << 16;
const bench = kernelBench();
const { kernels } = bench;
const input = bench.out(COUNT);
const second = bench.out(COUNT);
const output = bench.out(COUNT);
const x = new Float32Array(bench.memory.buffer, input, COUNT);
const y = new Float32Array(bench.memory.buffer, output, COUNT);
const bits = new Uint32Array(bench.memory.buffer, input, COUNT);

// Zeros, the smallest and largest subnormals, the smallest normals, infinities, NaN.
const EDGES = [0, 1, 3, 0x007fffff, 0x00800000, 0x7f800000]
  .flatMap((edge) => [edge, edge + 2 ** 31])
  .concat(0x7fc00000);

type Map = (x: number, y: number, begin: number, end: number) => void;

/** The largest error in ULP over floats `stride` bit patterns apart: every exponent, both signs, NaN and infinities. */
function largestError(kernel: Map, f: (x: number) => number, stride: number): { error: number; at: number } {
  let error = 0;
  let at = 0;
  for (let first = 0; first < 2 ** 32; first += stride * COUNT) {
    for (let i = 0; i < COUNT; i++) bits[i] = first + i * stride;
    bits.set(EDGES);
    kernel(input, output, 0, COUNT);
    for (let i = 0; i < COUNT; i++) {
      const e = ulpError(y[i]!, f(x[i]!));
      if (e > error) {
        error = e;
        at = x[i]!;
      }
    }
  }
  return { error, at };
}

const silu = (v: number): number => (v === -Infinity ? -0 : v * sigmoid(v));
const gelu = (v: number): number => (v < -20 ? -0 : (v * erfc(-v / Math.SQRT2)) / 2);
const softplus = (v: number): number => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));

describe('vector functions over the whole float range', () => {
  // Kernel, float64 reference, bound in ULP, distance of the samples (odd, so that all low bits occur).
  const functions: [name: string, kernel: Map, f: (v: number) => number, bound: number, stride: number][] = [
    ['exp', (...args) => kernels.expMap(...args), Math.exp, 1, 1021],
    ['log', (...args) => kernels.logMap(...args), Math.log, 1, 1021],
    ['log1p', (...args) => kernels.log1pMap(...args), Math.log1p, 1.5, 1021],
    ['tanh', (...args) => kernels.tanhMap(...args), Math.tanh, 1.5, 1021],
    ['sigmoid', (...args) => kernels.sigmoidMap(...args), sigmoid, 2.5, 1021],
    ['expm1', (...args) => kernels.expm1Map(...args), Math.expm1, 2, 2003],
    ['softplus', (...args) => kernels.softplusMap(...args), softplus, 2, 2003],
    ['sin', (...args) => kernels.sinMap(...args), Math.sin, 2, 2003],
    ['cos', (...args) => kernels.cosMap(...args), Math.cos, 2, 2003],
    ['exp2', (...args) => kernels.exp2Map(...args), (v) => 2 ** v, 2, 2003],
    ['log2', (...args) => kernels.log2Map(...args), Math.log2, 2.5, 2003],
    ['atan', (...args) => kernels.atanMap(...args), Math.atan, 3, 2003],
    ['asin', (...args) => kernels.asinMap(...args), Math.asin, 4, 2003],
    ['acos', (...args) => kernels.acosMap(...args), Math.acos, 4, 2003],
    ['sinh', (...args) => kernels.sinhMap(...args), Math.sinh, 4, 2003],
    ['cosh', (...args) => kernels.coshMap(...args), Math.cosh, 4, 2003],
    ['rsqrt', (...args) => kernels.rsqrtMap(...args), (v) => 1 / Math.sqrt(v), 1.5, 8009],
    ['erf', (...args) => kernels.erfMap(...args), erf, 2, 8009],
  ];
  it.each(functions)('%s', (name, kernel, f, bound, stride) => {
    const { error, at } = largestError(kernel, f, stride);
    expect(error, `${name}(${at})`).toBeLessThanOrEqual(bound);
  });

  it('silu and gelu keep their relative accuracy in the negative tail', () => {
    const tail = (f: (v: number) => number, low: number) => (v: number) => (v < low ? f(low) : f(v));
    const clampedSilu = (a: number, b: number, begin: number, end: number): void => {
      kernels.clipMap(a, b, -86, Infinity, begin, end);
      kernels.siluMap(b, b, begin, end);
    };
    const clampedGelu = (a: number, b: number, begin: number, end: number): void => {
      kernels.clipMap(a, b, -12.5, Infinity, begin, end);
      kernels.geluMap(b, b, 0, begin, end);
    };
    expect(largestError(clampedSilu, tail(silu, -86), 4001).error).toBeLessThanOrEqual(3.5);
    expect(largestError(clampedGelu, tail(gelu, -12.5), 16001).error).toBeLessThanOrEqual(8);
  });
});

it('exp2 and log2 are exact at whole powers', () => {
  const powers = Float32Array.from({ length: 277 }, (_, i) => i - 149);
  x.set(powers);
  kernels.exp2Map(input, output, 0, powers.length);
  expect([...y.subarray(0, powers.length)]).toEqual(Array.from(powers, (power) => 2 ** power));
  kernels.log2Map(output, output, 0, powers.length);
  expect([...y.subarray(0, powers.length)]).toEqual([...powers]);
});

describe('atan2', () => {
  const angles = (b: ArrayLike<number>, a: ArrayLike<number>): Float32Array => {
    const n = a.length;
    x.set(b);
    new Float32Array(bench.memory.buffer, second, n).set(a);
    kernels.atan2Broadcast(input, second, output, 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
    return y.slice(0, n);
  };

  it('is within 3 ULP in every octant, at any ratio', () => {
    let error = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const a = numbers(COUNT, seed);
      const b = numbers(COUNT, seed + 50).map((v, i) => v * 2 ** ((i % 60) - 30));
      const result = angles(b, a);
      for (let i = 0; i < COUNT; i++) error = Math.max(error, ulpError(result[i]!, Math.atan2(b[i]!, a[i]!)));
    }
    expect(error).toBeLessThanOrEqual(3);
  });

  it('has the special cases of IEEE 754', () => {
    const special = [0, -0, 1, -1, 3, -2.5, 2 ** -149, -(2 ** -149), 3e38, -3e38, Infinity, -Infinity, NaN];
    const b = special.flatMap((v) => special.map(() => v));
    const a = special.flatMap(() => special);
    angles(b, a).forEach((angle, i) => {
      const expected = Math.fround(Math.atan2(b[i]!, a[i]!));
      expect(Object.is(Math.sign(angle), Math.sign(expected)), `atan2(${b[i]}, ${a[i]}) = ${angle}`).toBe(true);
      expect(ulpError(angle, expected), `atan2(${b[i]}, ${a[i]})`).toBeLessThanOrEqual(3);
    });
  });
});

describe('pow', () => {
  const power = (a: ArrayLike<number>, b: ArrayLike<number>): Float32Array => {
    const n = a.length;
    x.set(a);
    new Float32Array(bench.memory.buffer, second, n).set(b);
    kernels.powBroadcast(input, second, output, 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
    return y.slice(0, n);
  };

  it('is within one ULP, subnormal and overflowing results included', () => {
    let error = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const base = numbers(COUNT, seed, -126, 128).map((e) => 2 ** e);
      // Exponents that bring the result anywhere from below the smallest to above the largest float.
      const exponent = numbers(COUNT, seed + 100, -152, 129).map((e, i) => e / Math.log2(base[i]!));
      const result = power(base, exponent);
      for (let i = 0; i < COUNT; i++) error = Math.max(error, ulpError(result[i]!, base[i]! ** exponent[i]!));
    }
    expect(error).toBeLessThanOrEqual(1);
  });

  it('is within one ULP near 1 and for subnormal bases', () => {
    const base = Float32Array.from([1 - 2 ** -24, 1 + 2 ** -23, 2 ** -149, 3 * 2 ** -149, 2 ** -127, 0.999, 1.001]);
    for (const exponent of [0.5, 2, -0.25, 1000, -1000, 2 ** 24, -(2 ** 24), 1 / 3]) {
      const result = power(
        base,
        base.map(() => exponent),
      );
      base.forEach((b, i) =>
        expect(ulpError(result[i]!, b ** Math.fround(exponent)), `${b}^${exponent}`).toBeLessThanOrEqual(1),
      );
    }
  });

  it('has the special cases of IEEE 754', () => {
    const special = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      0.5,
      -0.5,
      3,
      -3,
      2.5,
      -2.5,
      2 ** 24 + 2,
      -(2 ** 25),
      1e-40,
      Infinity,
      -Infinity,
      NaN,
    ];
    for (const b of special.map(Math.fround)) {
      for (const e of special.map(Math.fround)) {
        // Math.pow leaves IEEE in two places: 1^NaN, and (+-1)^(+-Infinity).
        const one = b === 1 || (b === -1 && Math.abs(e) === Infinity);
        const error = ulpError(power([b], [e])[0]!, one ? 1 : b ** e);
        expect(error, `${b}^${e}`).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('the rest of sin and cos', () => {
  const sine: Map = (...args) => kernels.sinMap(...args);
  const cosine: Map = (...args) => kernels.cosMap(...args);
  it('never leave [-1, 1] and reduce the hardest floats right', () => {
    // 16367173 * 2^72 lies uncommonly close to a multiple of pi/2.
    const hard = Float32Array.from([
      16367173 * 2 ** 72,
      2 ** 24 * Math.PI,
      2 ** 25,
      2 ** 25 + 4,
      2 ** 127,
      -(2 ** 100),
      1e22,
    ]);
    x.set(hard);
    for (const [kernel, f] of [
      [sine, Math.sin],
      [cosine, Math.cos],
    ] as const) {
      kernel(input, output, 0, hard.length);
      hard.forEach((v, i) => expect(ulpError(y[i]!, f(v)), `at ${v}`).toBeLessThanOrEqual(16));
    }
    bits.forEach((_, i) => (bits[i] = Math.imul(i, 65521)));
    for (const kernel of [sine, cosine]) {
      kernel(input, output, 0, COUNT);
      expect(y.some((v) => Math.abs(v) > 1)).toBe(false);
    }
  });
});
