import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, blank, expectClose, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Shape = readonly [outer: number, length: number, inner: number];
const shapes = SIZES.flatMap((n): Shape[] => [
  [3, n, 1],
  [1, n, 5],
  [2, 5, n],
  [n, 3, 2],
]);

/** The elements along the middle axis for every column. */
function columns<T>(x: ArrayLike<T>, [outer, length, inner]: Shape): T[][] {
  return Array.from({ length: outer * inner }, (_, at) =>
    Array.from({ length }, (__, l) => x[(Math.floor(at / inner) * length + l) * inner + (at % inner)]!),
  );
}

const reductions = [
  ['sumI32Reduce', (v: readonly number[]) => v.reduce((a, b) => (a + b) | 0, 0)],
  ['maxI32Reduce', (v: readonly number[]) => Math.max(-(2 ** 31), ...v)],
  ['minI32Reduce', (v: readonly number[]) => Math.min(2 ** 31 - 1, ...v)],
] as const;

describe.each(reductions)('%s', (name, reduce) => {
  it.each(shapes)('agrees with the reference on [%i, %i, %i], sums modulo 2^32', (...shape) => {
    const [outer, length, inner] = shape;
    const x = Int32Array.from(numbers(outer * length * inner, 7, -(2 ** 31), 2 ** 31 - 200));
    const p = bench.i32(x);
    const y = inSlices(bench, blank(outer * inner), outer * inner, (to, begin, end) =>
      kernels[name](p, to, outer, length, inner, begin, end),
    );
    expect([...new Int32Array(y.buffer, y.byteOffset, y.length)]).toEqual(columns(x, shape).map(reduce));
  });
});

describe.each([0, 1])('cumulativeSum, reverse %i', (reverse) => {
  it.each(shapes)('agrees with the reference on [%i, %i, %i]', (...shape) => {
    const [outer, length, inner] = shape;
    const x = numbers(outer * length * inner, 7);
    const p = bench.f32(x);
    let y = blank(x.length);
    // The range counts columns, which share no element: the whole, then each alone into the same memory.
    const run = (begin: number, end: number, into: Float32Array): Float32Array => {
      const to = bench.f32(into);
      kernels.cumulativeSum(p, to, outer, length, inner, reverse, begin, end);
      return bench.readF32(to, x.length);
    };
    const whole = run(0, outer * inner, y);
    for (let at = 0; at < outer * inner; at++) y = run(at, at + 1, y);
    expect([...y]).toEqual([...whole]);
    columns(whole, shape).forEach((sums, at) => {
      const values = columns(x, shape)[at]!;
      const partial = values.map((_, l) =>
        (reverse ? values.slice(l) : values.slice(0, l + 1)).reduce((a, b) => a + b),
      );
      expectClose(sums, partial, 1e-7);
    });
  });
});
