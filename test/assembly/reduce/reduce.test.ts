import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, blank, expectClose, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Reduction = (values: number[]) => number;

/** What a reduction of [outer, length, inner] over the middle axis should give. */
function reference(x: Float32Array, outer: number, length: number, inner: number, reduce: Reduction): number[] {
  return Array.from({ length: outer * inner }, (_, at) => {
    const o = Math.floor(at / inner);
    const i = at % inner;
    return reduce(Array.from({ length }, (_, l) => x[(o * length + l) * inner + i]!));
  });
}

const sum: Reduction = (v) => v.reduce((a, b) => a + b, 0);
const largest: Reduction = (v) => v.reduce((a, b) => Math.max(a, b), -Infinity);
const smallest: Reduction = (v) => v.reduce((a, b) => Math.min(a, b), Infinity);
const firstLargest: Reduction = (v) => {
  const nan = v.findIndex(Number.isNaN);
  return nan >= 0 ? nan : v.indexOf(largest(v));
};
const logSumExp: Reduction = (v) => {
  const m = largest(v);
  return Number.isFinite(m) ? m + Math.log(sum(v.map((e) => Math.exp(e - m)))) : m;
};

const shapes = SIZES.flatMap((n): [number, number, number][] => [
  [3, n, 1],
  [1, n, 5],
  [2, 5, n],
  [n, 3, 2],
]);
shapes.push([1, 64, 128], [64, 10, 1], [1, 1000, 1], [4, 2, 1]);

describe.each(['sumReduce', 'maxReduce', 'minReduce', 'logSumExpReduce'] as const)('%s', (name) => {
  const reduce = { sumReduce: sum, maxReduce: largest, minReduce: smallest, logSumExpReduce: logSumExp }[name];
  const run = (values: Float32Array, [outer, length, inner]: [number, number, number], scale = 1): Float32Array => {
    const x = bench.f32(values);
    return inSlices(bench, blank(outer * inner), outer * inner, (y, begin, end) =>
      name === 'sumReduce'
        ? kernels.sumReduce(x, y, outer, length, inner, scale, begin, end)
        : kernels[name](x, y, outer, length, inner, begin, end),
    );
  };

  it.each(shapes)('agrees with the reference on [%i, %i, %i]', (...shape) => {
    const x = numbers(shape[0] * shape[1] * shape[2], 7, -3, 3);
    expectClose(run(x, shape), reference(x, ...shape, reduce), 3e-7);
  });

  it('agrees on any small shape', () => {
    const size = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(size, size, size, fc.integer(), (outer, length, inner, seed) => {
        bench.reset();
        const x = numbers(outer * length * inner, seed, -30, 30);
        expectClose(run(x, [outer, length, inner]), reference(x, outer, length, inner, reduce), 3e-7);
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 3])('lets NaN through in every place, %i columns', (inner) => {
    for (let length = 1; length < 20; length++) {
      for (let at = 0; at < length; at++) {
        bench.reset();
        const x = numbers(2 * length * inner, at);
        x[at * inner] = NaN;
        expectClose(run(x, [2, length, inner]), reference(x, 2, length, inner, reduce), 3e-7);
      }
    }
  });

  it.each([1, 4])('keeps infinities, %i columns', (inner) => {
    for (const values of [
      [-Infinity, -Infinity, -Infinity],
      [Infinity, 1, 2],
      [-Infinity, 1, 2],
    ]) {
      const x = Float32Array.from(values.flatMap((v) => Array<number>(inner).fill(v)));
      expectClose(run(x, [1, 3, inner]), Array<number>(inner).fill(reduce(values)), 3e-7);
    }
  });
});

describe('sumReduce', () => {
  it.each([1, 13])('scales the sum, %i columns', (inner) => {
    const x = numbers(30 * inner, 3);
    const y = bench.out(3 * inner);
    const scale = Math.fround(0.1);
    kernels.sumReduce(bench.f32(x), y, 3, 10, inner, scale, 0, 3 * inner);
    const sums = reference(x, 3, 10, inner, sum);
    expectClose(
      bench.readF32(y, 3 * inner),
      sums.map((s) => Math.fround(Math.fround(s) * scale)),
      1e-7,
    );
  });

  it.each([1, 2])('stays exact over a million elements, %i columns', (inner) => {
    const x = numbers(1e6, 5, 0, 1);
    const y = bench.out(inner);
    kernels.sumReduce(bench.f32(x), y, 1, 1e6 / inner, inner, 1, 0, inner);
    expect([...bench.readF32(y, inner)]).toEqual(reference(x, 1, 1e6 / inner, inner, sum).map(Math.fround));
  });
});

describe('argmaxReduce', () => {
  const run = (values: Float32Array, outer: number, length: number, inner: number): number[] => {
    const x = bench.f32(values);
    const y = inSlices(bench, blank(outer * inner), outer * inner, (y, begin, end) =>
      kernels.argmaxReduce(x, y, outer, length, inner, begin, end),
    );
    return [...new Int32Array(y.buffer, 0, outer * inner)];
  };

  it('finds the first of equals and the first NaN', () => {
    const few = fc.constantFrom(0, -0, 1, 2, -1, -Infinity, Infinity, NaN);
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        size,
        fc.integer({ min: 1, max: 23 }),
        size,
        fc.infiniteStream(few),
        (outer, length, inner, stream) => {
          bench.reset();
          const x = Float32Array.from({ length: outer * length * inner }, () => stream.next().value as number);
          expect(run(x, outer, length, inner)).toEqual(reference(x, outer, length, inner, firstLargest));
        },
      ),
    );
  });

  it('does not look past the row', () => {
    expect(run(Float32Array.of(1, 2, 3, 9, 8, 7), 2, 3, 1)).toEqual([2, 0]);
    expect(run(Float32Array.of(NaN, 2, 3, 4, 5, NaN), 3, 2, 1)).toEqual([0, 1, 1]);
  });
});

describe('sumSquares', () => {
  it.each(SIZES)('sums %i squares, replaces or accumulates', (n) => {
    const values = numbers(n, 9);
    const x = bench.f32(values);
    const cell = bench.f64([5]);
    const expected = sum([...values].map((v) => v * v));
    kernels.sumSquares(x, cell, n, 1);
    expect(bench.readF64(cell, 1)[0]).toBeCloseTo(5 + expected, 12);
    kernels.sumSquares(x, cell, n, 0);
    expect(bench.readF64(cell, 1)[0]).toBeCloseTo(expected, 12);
  });

  it('does not overflow where floats would', () => {
    const cell = bench.f64([0]);
    kernels.sumSquares(bench.f32([1e30, 1e30, 1e30, 1e30, 1e30]), cell, 5, 0);
    expect(bench.readF64(cell, 1)[0]! / 5e60).toBeCloseTo(1, 6);
  });
});

describe('guardFinite', () => {
  it('passes finite values, whatever lies behind them', () => {
    for (const n of SIZES) {
      const x = new Float32Array(n + 4).fill(NaN);
      x.set(numbers(n, 2, -3e38, 3e38));
      expect(kernels.guardFinite(bench.f32(x), n, 3)).toBe(0);
    }
    expect(kernels.guardFinite(bench.f32([0, -0, 1e-45, 3.4028234663852886e38, -1e-40]), 5, 3)).toBe(0);
  });

  it.each([NaN, Infinity, -Infinity])('stops at %d in every place', (bad) => {
    for (let n = 1; n < 20; n++) {
      for (let at = 0; at < n; at++) {
        bench.reset();
        const x = numbers(n, 2);
        x[at] = bad;
        expect(kernels.guardFinite(bench.f32(x), n, 3)).toBe(3);
      }
    }
  });
});
