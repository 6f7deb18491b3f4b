import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { blank, expectClose, numbers } from '../../support/slices.js';
import { lstsq64, svd64 } from '../../support/svd.js';
import { leastSquaresScratch, paddedRow } from '../../../src/linalg/leastSquaresScratch.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

/** By the tolerances of f32 numbers. */
const BY_ROUNDING = -1;

type Solver = 'leastSquares' | 'leastSquaresAdjoint' | 'leastSquaresNull';

function run(
  solver: Solver,
  a: Float32Array,
  b: Float32Array,
  [m, n, k]: readonly [number, number, number],
  rcond: number,
): Float32Array {
  const size = (solver === 'leastSquaresAdjoint' ? m : n) * k;
  const x = bench.f32(blank(size + 8));
  const right = solver === 'leastSquares' ? k : 0;
  const doubles = m * paddedRow(n, right) + leastSquaresScratch(m, n, right, k) / 8;
  const scratch = bench.f64(new Float64Array(doubles + 8).fill(NaN));
  kernels[solver](bench.f32(a), bench.f32(b), x, scratch, m, n, k, rcond);
  const result = bench.readF32(x, size + 8);
  expect([...result.slice(size)], 'written past the end').toEqual([...blank(8)]);
  expect([...bench.readF64(scratch + 8 * doubles, 8)], 'scratch overrun').toEqual(Array<number>(8).fill(NaN));
  return result.slice(0, size);
}

/** g - A^+ A g */
function nullPart64(a: Float32Array, g: Float32Array, m: number, n: number, k: number): Float64Array {
  const product = Float64Array.from({ length: m * k }, (_, at) => {
    const i = Math.floor(at / k);
    return Array.from({ length: n }, (__, j) => a[i * n + j]! * g[j * k + (at % k)]!).reduce((x, y) => x + y, 0);
  });
  return lstsq64(a, product, m, n, k, 1e-5).map((value, i) => g[i]! - value);
}

function solve(a: Float32Array, b: Float32Array, m: number, n: number, k: number, rcond = BY_ROUNDING): Float32Array {
  return run('leastSquares', a, b, [m, n, k], rcond);
}

/** (A^+)^T g by the definition. */
function adjoint64(a: Float32Array, g: Float32Array, m: number, n: number, k: number, rcond?: number): Float64Array {
  const flipped = Float64Array.from({ length: m * n }, (_, i) => a[(i % m) * n + Math.floor(i / m)]!);
  return lstsq64(flipped, g, n, m, k, rcond);
}

/** U diag(values) V^T, U and V from random matrices. */
function withSpectrum(m: number, n: number, values: readonly number[], seed: number): Float32Array {
  const u = svd64(numbers(m * values.length, seed), m, values.length).left;
  const v = svd64(numbers(n * values.length, seed + 1), n, values.length).left;
  return Float32Array.from({ length: m * n }, (_, i) =>
    values.reduce((sum, s, r) => sum + u[r]![Math.floor(i / n)]! * s * v[r]![i % n]!, 0),
  );
}

describe('leastSquares', () => {
  it('solves systems of any shape as the SVD does', () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 4 }), fc.nat(1000), (m, n, k, seed) => {
        const [a, b] = [numbers(m * n, seed), numbers(m * k, seed + 1)];
        const x = solve(a, b, m, n, k);
        const { values } = svd64(a, m, n);
        const condition = values[0]! / values.at(-1)!;
        expectClose(x, lstsq64(a, b, m, n, k), condition < 1e5 ? 1e-6 : 1e-3);
        bench.reset();
      }),
      { numRuns: 200 },
    );
  });

  it('is right at condition 1e6, where the normal equations in f32 and the f32 QR are not', () => {
    const [m, n] = [40, 8];
    const spectrum = Array.from({ length: n }, (_, i) => 10 ** ((-6 * i) / (n - 1)));
    const a = withSpectrum(m, n, spectrum, 3);
    const b = numbers(m, 9);
    const expected = lstsq64(a, b, m, n, 1);
    const largest = Math.max(...expected.map(Math.abs));
    const x = solve(a, b, m, n, 1);
    expect(Math.max(...x.map((value, i) => Math.abs(value - expected[i]!))) / largest).toBeLessThan(2e-7);
  });

  it.each([
    [6, 6, 3],
    [20, 7, 4],
    [5, 9, 2],
    [30, 12, 1],
  ])('gives the shortest solution, %i by %i of rank %i', (m, n, rank) => {
    const spectrum = Array.from({ length: rank }, (_, i) => 3 - i / 2);
    const a = withSpectrum(m, n, spectrum, m); // rounded to f32: the other singular values are about 1e-8, not 0
    const b = numbers(2 * m, 4);
    expectClose(solve(a, b, m, n, 2), lstsq64(a, b, m, n, 2), 2e-6);
  });

  it('takes equal and zero columns, zero matrices, and one row or column', () => {
    const a = Float32Array.of(1, 1, 0, 2, 2, 0, 3, 3, 0);
    expectClose(solve(a, Float32Array.of(2, 4, 6), 3, 3, 1), [1, 1, 0], 1e-7);
    expectClose(solve(new Float32Array(6), Float32Array.of(1, 2, 3), 3, 2, 1), [0, 0], 0);
    expectClose(solve(Float32Array.of(3, 4), Float32Array.of(50), 1, 2, 1), [6, 8], 1e-7);
    expectClose(solve(Float32Array.of(3, 4), Float32Array.of(3, 4), 2, 1, 1), [1], 1e-7);
    expectClose(solve(Float32Array.of(0), Float32Array.of(5), 1, 1, 1), [0], 0);
  });

  it.each([BY_ROUNDING, 2 ** -22])('solves dependent systems of any shape, rcond %d', (rcond) => {
    const size = fc.integer({ min: 1, max: 45 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 3 }), size, fc.nat(1000), (m, n, k, limit, seed) => {
        const rank = Math.min(m, n, limit);
        const a = withSpectrum(
          m,
          n,
          Array.from({ length: rank }, (_, i) => 3 - (2 * i) / rank),
          seed,
        );
        const [b, g] = [numbers(m * k, seed + 2), numbers(n * k, seed + 3)];
        expectClose(solve(a, b, m, n, k, rcond), lstsq64(a, b, m, n, k, 1e-5), 1e-5);
        const h = run('leastSquaresAdjoint', a, g, [m, n, k], rcond);
        expectClose(h, adjoint64(a, g, m, n, k, 1e-5), 1e-5);
        expectClose(run('leastSquaresNull', a, g, [m, n, k], rcond), nullPart64(a, g, m, n, k), 1e-5);
        bench.reset();
      }),
      { numRuns: 40 },
    );
  });

  it('gives every column its due, whatever the scales', () => {
    const size = fc.integer({ min: 1, max: 40 });
    // From 7e-9 to 1e8: beyond, twins may differ so much that rounding them to f32 shows.
    const exponents = fc.array(fc.integer({ min: -27, max: 27 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(size, size, exponents, fc.boolean(), fc.nat(1000), (extra, n, powers, twins, seed) => {
        const m = n + extra;
        // Twins: the second half of the columns repeats the first, scales included, and shares its weights.
        const half = n >> 1;
        const source = (j: number): number => (twins && j >= half && j < 2 * half ? j - half : j);
        const flat = numbers(m * n, seed);
        const plain = Float32Array.from(flat, (_, i) => flat[i - (i % n) + source(i % n)]!);
        const wider = twins ? powers : powers.map((power) => 2 * power);
        const scaled = plain.map((value, i) => value * 2 ** wider[source(i % n)]!);
        const b = numbers(m, seed + 1);
        const expected = lstsq64(plain, b, m, n, 1, 1e-6);
        const x = solve(scaled, b, m, n, 1);
        const sum = (values: ArrayLike<number>, j: number): number =>
          values[j]! + (twins && j < half ? values[j + half]! : 0);
        const singular = svd64(plain, m, n).values;
        const least = singular.filter((value) => value > 1e-6 * singular[0]!).at(-1)!;
        expectClose(
          Float64Array.from(x, (_, j) => (j < 2 * half && j >= half && twins ? 0 : sum(x, j) * 2 ** wider[j]!)),
          Float64Array.from(x, (_, j) => (j < 2 * half && j >= half && twins ? 0 : sum(expected, j))),
          1e-6 * Math.max(1, singular[0]! / least / 10),
        );
        bench.reset();
      }),
      { numRuns: 100 },
    );
  });

  it('shares a weight equally among twins beside columns of other scales', () => {
    const [m, n] = [30, 6];
    const flat = numbers(m * n, 5);
    for (const power of [1, 5, 10, 20, 27]) {
      const scales = [1, 2 ** power, 2 ** -power, 1, 2 ** power, 2 ** -power];
      const a = flat.map((_, i) => flat[i - (i % n) + (i % 3)]! * scales[i % n]!);
      const expected = lstsq64(
        flat.map((_, i) => flat[i - (i % n) + (i % 3)]!),
        flat.subarray(0, m),
        m,
        n,
        1,
        1e-6,
      );
      const x = solve(a, flat.subarray(0, m), m, n, 1);
      expectClose(
        x.map((value, j) => value * scales[j]!),
        expected,
        power < 25 ? 1e-6 : 1e-4,
      );
    }
  });

  /** The largest difference between A x and b, beside the largest b. */
  function misfit(a: Float32Array, x: Float32Array, b: Float32Array): number {
    const n = x.length;
    const off = b.map((value, i) => x.reduce((sum, weight, j) => sum + weight * a[i * n + j]!, 0) - value);
    return Math.max(...off.map(Math.abs)) / Math.max(...b.map(Math.abs));
  }

  it('fulfils fewer equations than unknowns whatever the scales', () => {
    const powers = fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(powers, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 12, max: 30 }), (exponents, m, n) => {
        const a = numbers(m * n, m + n).map((value, i) => value * 2 ** exponents[i % n]!);
        const b = numbers(m, 3, 1, 2);
        expect(misfit(a, solve(a, b, m, n, 1), b)).toBeLessThan(1e-4);
        bench.reset();
      }),
      { numRuns: 300 },
    );
  });

  it.each([10, 20, 30, 40, 50])('fulfils equations that need small columns beside one of 2^%i', (power) => {
    const [m, n] = [3, 12];
    const a = numbers(m * n, power).map((value, i) => (i % n === 4 ? value * 2 ** power : value));
    const b = numbers(m, 3, 1, 2);
    expect(misfit(a, solve(a, b, m, n, 1), b)).toBeLessThan(2e-6);
  });

  it('has no weights so large that rounding them to f32 would spoil the fit', () => {
    // The third column is the first plus 1e-4 of the second, which is a thousand million times smaller in scale: the
    // shortest of all solutions would put the second's share into the difference of the others.
    const [m, n] = [20, 3];
    const flat = numbers(2 * m, 1);
    const a = Float32Array.from({ length: m * n }, (_, at) => {
      const i = Math.floor(at / n);
      const [first, second] = [flat[2 * i]!, flat[2 * i + 1]!];
      return at % n === 0 ? first * 2 ** 15 : at % n === 1 ? second * 2 ** -15 : (first + 1e-4 * second) * 2 ** 15;
    });
    const b = Float32Array.from({ length: m }, (_, i) => flat[2 * i]! + flat[2 * i + 1]!);
    expect(misfit(a, solve(a, b, m, n, 1), b)).toBeLessThan(1e-6);
  });

  it('drops a column that is another but for its rounding, and keeps one that is not', () => {
    const [m, n] = [50, 3];
    const base = numbers(m, 1);
    const other = numbers(m, 2);
    const a = (share: number): Float32Array =>
      Float32Array.from({ length: m * n }, (_, at) => {
        const i = Math.floor(at / n);
        return at % n === 0 ? base[i]! : at % n === 1 ? other[i]! : base[i]! * 1.1 + share * other[i]! ** 2;
      });
    const b = numbers(m, 3);
    for (const share of [0, 1e-8]) {
      const x = solve(a(share), b, m, n, 1);
      expect(x[2]! / x[0]!, 'the shortest of all').toBeCloseTo(1.1, 5);
    }
    expectClose(solve(a(4e-6), b, m, n, 1), lstsq64(a(4e-6), b, m, n, 1, 1e-9), 1e-5);
  });

  it('keeps to the scale of large and small matrices', () => {
    for (const scale of [2 ** 100, 2 ** -100, 2 ** -126]) {
      const a = numbers(15, 6).map((value) => value * scale);
      expectClose(
        run(
          'leastSquaresAdjoint',
          a,
          numbers(3, 7).map((value) => value * scale),
          [5, 3, 1],
          BY_ROUNDING,
        ),
        adjoint64(
          a,
          numbers(3, 7).map((value) => value * scale),
          5,
          3,
          1,
        ),
        1e-6,
      );
      const b = numbers(5, 7).map((value) => value * scale);
      expectClose(solve(a, b, 5, 3, 1), lstsq64(a, b, 5, 3, 1), 1e-6);
    }
  });

  it('ends, and says so, when numbers are not finite', () => {
    const x = solve(Float32Array.of(1, NaN, 2, 3, 4, 5), Float32Array.of(1, 2, 3), 3, 2, 1);
    expect([...x].some(Number.isNaN)).toBe(true);
    for (const rcond of [BY_ROUNDING, 0.1]) {
      const y = solve(Float32Array.of(1, 0, 0, 1), Float32Array.of(NaN, 1), 2, 2, 1, rcond);
      expect(y[0]).toBeNaN();
      const z = solve(Float32Array.of(1, 1, 1, Infinity), Float32Array.of(1, 1), 2, 2, 1, rcond);
      expect([...z].some(Number.isNaN)).toBe(true);
    }
  });

  it('solves a hundred unknowns', () => {
    const [m, n] = [150, 100];
    const [a, truth] = [numbers(m * n, 1), numbers(n, 2)];
    const b = Float32Array.from({ length: m }, (_, i) => truth.reduce((sum, x, j) => sum + x * a[i * n + j]!, 0));
    expectClose(solve(a, b, m, n, 1), truth, 5e-6);
  });
});
