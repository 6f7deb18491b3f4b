import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { blank, expectClose, numbers } from '../../support/slices.js';
import { lstsq64, svd64 } from '../../support/svd.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

const RCOND = 2 ** -22;

function solve(a: Float32Array, b: Float32Array, m: number, n: number, k: number): Float32Array {
  const guarded = blank(n * k + 8);
  const x = bench.f32(guarded);
  const scratch = bench.f64(new Float64Array((m + 1) * (n + k + 1) + 8).fill(NaN));
  kernels.leastSquares(bench.f32(a), bench.f32(b), x, scratch, m, n, k, RCOND);
  const result = bench.readF32(x, n * k + 8);
  expect([...result.slice(n * k)], 'written past the end').toEqual([...blank(8)]);
  return result.slice(0, n * k);
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

  it('keeps to the scale of large and small matrices', () => {
    for (const scale of [2 ** 100, 2 ** -100, 2 ** -126]) {
      const a = numbers(15, 6).map((value) => value * scale);
      const b = numbers(5, 7).map((value) => value * scale);
      expectClose(solve(a, b, 5, 3, 1), lstsq64(a, b, 5, 3, 1), 1e-6);
    }
  });

  it('ends, and says so, when numbers are not finite', () => {
    const x = solve(Float32Array.of(1, NaN, 2, 3, 4, 5), Float32Array.of(1, 2, 3), 3, 2, 1);
    expect([...x].some(Number.isNaN)).toBe(true);
    const y = solve(Float32Array.of(1, 0, 0, 1), Float32Array.of(NaN, 1), 2, 2, 1);
    expect(y[0]).toBeNaN();
  });

  it('solves a hundred unknowns', () => {
    const [m, n] = [150, 100];
    const [a, truth] = [numbers(m * n, 1), numbers(n, 2)];
    const b = Float32Array.from({ length: m }, (_, i) => truth.reduce((sum, x, j) => sum + x * a[i * n + j]!, 0));
    expectClose(solve(a, b, m, n, 1), truth, 5e-6);
  });
});
