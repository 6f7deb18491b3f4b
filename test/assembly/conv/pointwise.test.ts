// The pointwise kernels against float64, and against gemm, whose bits they give.
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { bitsOf, blank, expectClose, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** op(a) op(b) + bias in float64, floored at 0 with `relu`. */
function product64(
  { m, n, k }: Product,
  a: (i: number, p: number) => number,
  b: (p: number, j: number) => number,
  bias?: Float32Array,
  relu = false,
): Float64Array {
  return Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = bias?.[j] ?? 0;
    for (let p = 0; p < k; p++) sum += a(i, p) * b(p, j);
    return relu ? Math.max(0, sum) : sum;
  });
}

const tolerance = (k: number): number => 2e-6 * Math.sqrt(k) + 1e-6 * k;
const pixels = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(119, 120, 121, 255, 257, 301));
const channels = fc.oneof(fc.integer({ min: 2, max: 40 }), fc.constantFrom(32, 64, 121));

describe('pointwiseConv2d', () => {
  const problems = fc.record({
    ...{ m: pixels, n: channels, k: channels, transposed: fc.boolean(), bias: fc.boolean(), relu: fc.boolean() },
  });

  it('follows float64, gives the bits of gemm, and the same ones however the range is cut', () => {
    fc.assert(
      fc.property(problems, ({ m, n, k, transposed, bias, relu }) => {
        bench.reset();
        const [a, b, c] = [numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3)];
        const [pa, pb, pc, flag] = [bench.f32(a), bench.f32(b), bias ? bench.f32(c) : 0, Number(transposed)];
        const got = inSlices(bench, blank(m * n), Math.ceil(m / 5), (y, begin, end) => {
          kernels.pointwiseConv2d(pa, pb, y, m, n, k, flag, pc, Number(relu), 0, begin, end);
        });
        const weight = (p: number, j: number): number => b[transposed ? j * k + p : p * n + j]!;
        expectClose(
          got,
          product64({ m, n, k }, (i, p) => a[i * k + p]!, weight, bias ? c : undefined, relu),
          tolerance(k),
        );
        if (m <= 4) return; // gemm has another method there
        const y = bench.out(m * n);
        const ldb = transposed ? k : n;
        const units = kernels.gemmUnits(m, n);
        kernels.gemm(pa, k, pb, ldb, y, n, m, n, k, 0, flag, 0, pc, Number(relu), 0, 0, units);
        expect(bitsOf(got)).toEqual(bitsOf(bench.readF32(y, m * n)));
      }),
      { numRuns: 25 },
    );
  });
});

describe('pointwiseFilterGradient', () => {
  it('follows float64, gives the bits of gemm, and the same ones however the range is cut', () => {
    fc.assert(
      fc.property(fc.record({ m: channels, n: channels, k: fc.oneof(pixels, fc.constant(700)) }), ({ m, n, k }) => {
        bench.reset();
        const [x, dy] = [numbers(k * m, 1), numbers(k * n, 2)];
        const [px, pdy] = [bench.f32(x), bench.f32(dy)];
        const units = kernels.gemmUnits(m, n);
        const got = inSlices(bench, blank(m * n), units, (df, begin, end) => {
          kernels.pointwiseFilterGradient(px, pdy, df, m, n, k, begin, end);
        });
        const expected = product64(
          { m, n, k },
          (i, p) => x[p * m + i]!,
          (p, j) => dy[p * n + j]!,
        );
        expectClose(got, expected, tolerance(k));
        if (m <= 4 || k === 1) return;
        const df = bench.out(m * n);
        kernels.gemm(px, m, pdy, n, df, n, m, n, k, 1, 0, 0, 0, 0, 0, 0, units);
        expect(bitsOf(got)).toEqual(bitsOf(bench.readF32(df, m * n)));
      }),
      { numRuns: 25 },
    );
  });
});
