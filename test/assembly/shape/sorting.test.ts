import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, blank, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

/** Positions in stable order, NaN last when ascending and first when descending. */
function argsort64(values: readonly number[], descending: boolean): number[] {
  const rank = (a: number, b: number): number =>
    Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a < b ? -1 : Number(a > b);
  return values.map((_, i) => i).sort((i, j) => (descending ? -1 : 1) * rank(values[i]!, values[j]!));
}

describe.each([false, true])('argsortRows, descending %s', (descending) => {
  const run = (x: Float32Array, rows: number, length: number): number[] => {
    const [p, scratch] = [bench.f32(x), bench.out(4 * rows * length)];
    const y = inSlices(bench, blank(rows * length), rows, (to, begin, end) =>
      kernels.argsortRows(p, to, scratch, rows, length, Number(descending), 0, begin, end),
    );
    return [...new Int32Array(y.buffer, y.byteOffset, y.length)];
  };
  const expected = (x: Float32Array, rows: number, length: number): number[] =>
    Array.from({ length: rows }, (_, row) =>
      argsort64([...x.subarray(row * length, (row + 1) * length)], descending),
    ).flat();

  it.each(SIZES)('sorts rows of %i, ties in their order', (n) => {
    for (const step of [1e-6, 0.5]) {
      const x = numbers(3 * n, n + 1).map((v) => Math.round(v / step) * step);
      expect(run(x, 3, n)).toEqual(expected(x, 3, n));
    }
  });
  it('takes both zeros as equal, and knows infinities, subnormals and NaN of either sign', () => {
    const x = Float32Array.from([NaN, 0, -0, Infinity, 2 ** -149, -(2 ** -149), -Infinity, -0, 0, 1, -1, NaN]);
    new Uint32Array(x.buffer)[0] = 0xffc00000;
    expect(run(x, 1, x.length)).toEqual(expected(x, 1, x.length));
  });
});

type Shape = readonly [outer: number, axisSize: number, count: number, inner: number];
const shapes: readonly Shape[] = SIZES.flatMap((n): Shape[] => [
  [1, 5, n, 1],
  [2, 3, n, 3],
  [n, 4, 2, 1],
  [2, 3, 2, n],
]);

describe.each(shapes)('[%i, %i -> %i, %i]', (outer, axisSize, count, inner) => {
  // From -1 to axisSize: one too low, one too high
  const indices = Int32Array.from(numbers(outer * count * inner, 3, -1, axisSize + 1), Math.floor);
  const place = (at: number): number => {
    const o = Math.floor(at / (count * inner));
    return indices[at]! < 0 || indices[at]! >= axisSize ? -1 : (o * axisSize + indices[at]!) * inner + (at % inner);
  };

  it('takeAlong picks by index, NaN outside', () => {
    const x = numbers(outer * axisSize * inner, 1);
    const [p, i] = [bench.f32(x), bench.i32(indices)];
    const y = inSlices(bench, blank(indices.length), indices.length, (to, begin, end) =>
      kernels.takeAlong(p, i, to, axisSize, count, inner, begin, end),
    );
    expect([...y]).toEqual(Array.from(indices, (_, at) => x[place(at)] ?? NaN));
  });

  it('scatterAlong adds by index, in order', () => {
    const dy = numbers(indices.length, 2);
    const [p, i] = [bench.f32(dy), bench.i32(indices)];
    const expected = new Float32Array(outer * axisSize * inner);
    dy.forEach((value, at) => {
      if (place(at) >= 0) expected[place(at)]! += value;
    });
    const run = (ranges: readonly (readonly [number, number])[]): number[] => {
      const to = bench.f32(new Float32Array(expected.length));
      for (const [begin, end] of ranges) kernels.scatterAlong(p, i, to, axisSize, count, inner, begin, end);
      return [...bench.readF32(to, expected.length)];
    };
    const units = outer * inner;
    expect(run([[0, units]])).toEqual([...expected]);
    expect(run(Array.from({ length: units }, (_, u) => [units - u - 1, units - u]))).toEqual([...expected]);
  });
});
