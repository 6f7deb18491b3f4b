import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, blank, expectClose, inSlices, numbers } from '../../support/slices.js';
import { erf, erfc, sigmoid } from '../../support/special.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

const SPECIAL = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4e38,
  -3.4e38,
  1,
  -1,
  2.5,
  -2.5,
  0.5,
];
type Reference = (x: number) => number;
type Map = (x: number, y: number, begin: number, end: number) => void;

const geluTanhArgument = (x: number): number => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
/** The nearest whole number, halves to the even one. */
const roundEven: Reference = (x) => {
  const down = Math.floor(x);
  const rounded = x - down === 0.5 ? down + Math.abs(down % 2) : Math.round(x);
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
};
const softplus: Reference = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const softsign: Reference = (x) => (Number.isFinite(x) ? x / (1 + Math.abs(x)) : Math.sign(x));
const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const geluSlope: Reference = (x) => erfc(-x / Math.SQRT2) / 2 + (Number.isFinite(x) ? x * density(x) : 0);
const gated = (x: number, gate: number): number => (x === -Infinity ? -0 : x * gate);

// Each map with its float64 reference, whether it must be the reference rounded once, and where it is sampled.
const maps: [name: string, map: Map, reference: Reference, exact: boolean, low?: number, high?: number][] = [
  ['neg', (...args) => kernels.negMap(...args), (x) => -x, true],
  ['abs', (...args) => kernels.absMap(...args), Math.abs, true],
  ['sign', (...args) => kernels.signMap(...args), Math.sign, true],
  ['floor', (...args) => kernels.floorMap(...args), Math.floor, true],
  ['ceil', (...args) => kernels.ceilMap(...args), Math.ceil, true],
  ['round', (...args) => kernels.roundMap(...args), roundEven, true],
  ['square', (...args) => kernels.squareMap(...args), (x) => x * x, true],
  ['sqrt', (...args) => kernels.sqrtMap(...args), Math.sqrt, true],
  ['reciprocal', (...args) => kernels.reciprocalMap(...args), (x) => 1 / x, true],
  ['relu', (...args) => kernels.reluMap(...args), (x) => (x < 0 ? 0 : x), true],
  [
    'clip',
    (x, y, b, e) => kernels.clipMap(x, y, -0.75, 1.5, b, e),
    (x) => (x < -0.75 ? -0.75 : x > 1.5 ? 1.5 : x),
    true,
  ],
  ['leakyRelu', (x, y, b, e) => kernels.leakyReluMap(x, y, 0.25, b, e), (x) => (x > 0 ? x : x * 0.25), true],
  ['scale', (x, y, b, e) => kernels.scaleMap(x, y, 0.3, 0.7, b, e), (x) => x * 0.3 + 0.7, false],
  ['exp', (...args) => kernels.expMap(...args), Math.exp, false],
  ['expm1', (...args) => kernels.expm1Map(...args), Math.expm1, false],
  ['log', (...args) => kernels.logMap(...args), Math.log, false, -1, 100],
  ['log1p', (...args) => kernels.log1pMap(...args), Math.log1p, false],
  ['erf', (...args) => kernels.erfMap(...args), erf, false],
  ['sin', (...args) => kernels.sinMap(...args), Math.sin, false, -1e9, 1e9],
  ['cos', (...args) => kernels.cosMap(...args), Math.cos, false, -1e9, 1e9],
  ['rsqrt', (...args) => kernels.rsqrtMap(...args), (x) => 1 / Math.sqrt(x), false, 0.01, 9],
  ['exp2', (...args) => kernels.exp2Map(...args), (x) => 2 ** x, false],
  ['log2', (...args) => kernels.log2Map(...args), Math.log2, false, -1, 100],
  ['asin', (...args) => kernels.asinMap(...args), Math.asin, false, -1.1, 1.1],
  ['acos', (...args) => kernels.acosMap(...args), Math.acos, false, -1.1, 1.1],
  ['atan', (...args) => kernels.atanMap(...args), Math.atan, false, -9, 9],
  ['sinh', (...args) => kernels.sinhMap(...args), Math.sinh, false],
  ['cosh', (...args) => kernels.coshMap(...args), Math.cosh, false],
  ['sigmoid', (...args) => kernels.sigmoidMap(...args), sigmoid, false, -20, 20],
  ['tanh', (...args) => kernels.tanhMap(...args), Math.tanh, false],
  ['softplus', (...args) => kernels.softplusMap(...args), softplus, false, -20, 20],
  ['silu', (...args) => kernels.siluMap(...args), (x) => gated(x, sigmoid(x)), false, -20, 20],
  ['gelu', (x, y, b, e) => kernels.geluMap(x, y, 0, b, e), (x) => gated(x, erfc(-x / Math.SQRT2) / 2), false, -8, 8],
  ['slope of gelu', (x, y, b, e) => kernels.geluMap(x, bench.out(e), y, b, e), geluSlope, false, -8, 8],
  ['geluTanh', (...args) => kernels.geluTanhMap(...args), (x) => gated(x, sigmoid(geluTanhArgument(x))), false, -8, 8],
  ['elu', (x, y, b, e) => kernels.eluMap(x, y, 1.5, 1, b, e), (x) => (x > 0 ? x : 1.5 * Math.expm1(x)), false],
  ['celu', (x, y, b, e) => kernels.eluMap(x, y, 2, 0.5, b, e), (x) => (x > 0 ? x : 2 * Math.expm1(x / 2)), false],
  ['softsign', (...args) => kernels.softsignMap(...args), softsign, false, -30, 30],
  ['mish', (...args) => kernels.mishMap(...args), (x) => gated(x, Math.tanh(softplus(x))), false, -20, 20],
];

describe.each(maps)('%sMap', (_name, map, reference, exact, low = -4, high = 4) => {
  const check = (actual: Float32Array, x: Float32Array): void => {
    const expected = Float32Array.from(x, reference);
    if (exact) expect([...actual]).toEqual([...expected]);
    else expectClose(actual, expected, 3e-7);
  };
  it('equals the reference at ragged sizes, sliced anywhere', () => {
    for (const n of SIZES) {
      const x = numbers(n, n + 1, low, high);
      const p = bench.f32(x);
      check(
        inSlices(bench, blank(n), n, (y, begin, end) => map(p, y, begin, end)),
        x,
      );
    }
  });
  it('keeps the special values, in place too', () => {
    const x = Float32Array.from(SPECIAL);
    const p = bench.f32(x);
    map(p, p, 0, x.length);
    check(bench.readF32(p, x.length), x);
  });
});

// Each gradient with the float64 derivative of its function in terms of what was saved.
const sigmoidSlope = (z: number): number => sigmoid(z) * sigmoid(-z);
type Gradient = (dy: number, v: number, dx: number, begin: number, end: number) => void;
const gradients: [name: string, gradient: Gradient, derivative: Reference][] = [
  ['sigmoid', (...args) => kernels.sigmoidGradient(...args), (y) => y * (1 - y)],
  ['tanh', (...args) => kernels.tanhGradient(...args), (y) => 1 - y * y],
  ['relu', (...args) => kernels.reluGradient(...args), (x) => (x > 0 ? 1 : 0)],
  ['leakyRelu', (dy, v, dx, b, e) => kernels.leakyReluGradient(dy, v, dx, 0.25, b, e), (x) => (x > 0 ? 1 : 0.25)],
  ['elu', (dy, v, dx, b, e) => kernels.eluGradient(dy, v, dx, 1.5, b, e), (x) => (x > 0 ? 1 : 1.5 * Math.exp(x))],
  ['softplus', (...args) => kernels.softplusGradient(...args), sigmoid],
  ['silu', (...args) => kernels.siluGradient(...args), (x) => sigmoid(x) + x * sigmoidSlope(x)],
  [
    'geluTanh',
    (...args) => kernels.geluTanhGradient(...args),
    (x) => {
      const slope = 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      return sigmoid(geluTanhArgument(x)) + x * slope * sigmoidSlope(geluTanhArgument(x));
    },
  ],
];

describe.each(gradients)('%sGradient', (name, gradient, derivative) => {
  const saved = (n: number, seed: number): Float32Array => {
    const v = numbers(n, seed, -6, 6);
    return name === 'sigmoid' ? v.map(sigmoid) : name === 'tanh' ? v.map(Math.tanh) : v;
  };
  it('is dy times the derivative at ragged sizes, sliced anywhere', () => {
    for (const n of [...SIZES, 1000]) {
      const v = saved(n, n + 1);
      const dy = numbers(n, n + 2);
      const [pdy, pv] = [bench.f32(dy), bench.f32(v)];
      const dx = inSlices(bench, blank(n), n, (p, begin, end) => gradient(pdy, pv, p, begin, end));
      expectClose(
        dx,
        dy.map((d, i) => d * derivative(v[i]!)),
        1e-6,
      );
    }
  });
  it('works in place and has the limits of the derivative at the infinities', () => {
    const v = Float32Array.from(
      [-Infinity, -3e38, -500, 500, 3e38, Infinity].map(
        name === 'sigmoid' ? sigmoid : name === 'tanh' ? Math.tanh : Number,
      ),
    );
    const dx = bench.f32(v.map(() => 2));
    gradient(dx, bench.f32(v), dx, 0, v.length);
    const [below, above] = [2 * derivative(saturated(name, -500)), 2 * derivative(saturated(name, 500))];
    expectClose(bench.readF32(dx, v.length), [below, below, below, above, above, above], 1e-12);
  });
  it('NaN in dy passes, except where relu is off', () => {
    const dx = bench.out(2);
    gradient(bench.f32([NaN, NaN]), bench.f32([0.5, -0.5]), dx, 0, 2);
    expect([...bench.readF32(dx, 2)]).toEqual([NaN, name === 'relu' ? 0 : NaN]);
  });
});

function saturated(name: string, x: number): number {
  return name === 'sigmoid' ? sigmoid(x) : name === 'tanh' ? Math.tanh(x) : x;
}

describe('filling, choosing and converting', () => {
  it('select takes a where c is not zero', () => {
    for (const n of SIZES) {
      const c = numbers(n, n).map((v, i) => [0, v, -0, NaN][i % 4]!);
      const [a, b] = [numbers(n, n + 1), numbers(n, n + 2)];
      const p = [bench.f32(c), bench.f32(a), bench.f32(b)] as const;
      const y = inSlices(bench, blank(n), n, (out, begin, end) => kernels.select(...p, out, begin, end));
      expect([...y]).toEqual([...c].map((v, i) => (v !== 0 ? a[i]! : b[i]!)));
    }
  });
  it('fill, fillI32 and arangeF32', () => {
    for (const n of SIZES) {
      const whole = (run: (y: number, b: number, e: number) => void): Float32Array => inSlices(bench, blank(n), n, run);
      expect([...whole((y, b, e) => kernels.fill(y, 2.5, b, e))]).toEqual(Array(n).fill(2.5));
      expect([...new Int32Array(whole((y, b, e) => kernels.fillI32(y, -7, b, e)).buffer)]).toEqual(Array(n).fill(-7));
      const [start, step] = [Math.fround(0.1), Math.fround(0.3)];
      const expected = Array.from({ length: n }, (_, i) => Math.fround(start + i * step));
      expect([...whole((y, b, e) => kernels.arangeF32(y, start, step, b, e))]).toEqual(expected);
    }
  });
  it('casts round towards zero, saturate and turn NaN into 0', () => {
    const x = Float32Array.from([
      1.9,
      -1.9,
      0.5,
      -0,
      NaN,
      Infinity,
      -Infinity,
      3e9,
      -3e9,
      2 ** 31,
      -(2 ** 31),
      16777217,
      8,
    ]);
    const expected = [
      1,
      -1,
      0,
      0,
      0,
      2 ** 31 - 1,
      -(2 ** 31),
      2 ** 31 - 1,
      -(2 ** 31),
      2 ** 31 - 1,
      -(2 ** 31),
      16777216,
      8,
    ];
    for (const n of [...SIZES.filter((size) => size < x.length), x.length]) {
      const p = bench.f32(x.slice(0, n));
      const y = inSlices(bench, blank(n), n, (out, begin, end) => kernels.castF32ToI32(p, out, begin, end));
      expect([...new Int32Array(y.buffer)]).toEqual(expected.slice(0, n));
    }
    const whole = [0, -1, 16777217, 2 ** 31 - 1, -(2 ** 31), 33554435, 5];
    const p = bench.i32(whole);
    const y = inSlices(bench, blank(7), 7, (out, begin, end) => kernels.castI32ToF32(p, out, begin, end));
    expect([...y]).toEqual(whole.map(Math.fround));
  });
});

it('productMap multiplies at ragged sizes, sliced anywhere', () => {
  for (const n of SIZES) {
    const [a, b] = [numbers(n, n + 1), numbers(n, n + 2)];
    const [pa, pb] = [bench.f32(a), bench.f32(b)];
    const y = inSlices(bench, blank(n), n, (p, begin, end) => kernels.productMap(pa, pb, p, begin, end));
    expect([...y]).toEqual([...a.map((value, i) => value * b[i]!)]);
  }
});
