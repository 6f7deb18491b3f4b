import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, blank, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Six = [number, number, number, number, number, number];

/** Strides of a dense array whose axes lie in memory in the given order, outermost first. */
function denseStrides(sizes: readonly number[], order: readonly number[]): Six {
  const strides: Six = [0, 0, 0, 0, 0, 0];
  let stride = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = stride;
    stride *= sizes[axis]!;
  }
  return strides;
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Copies with the kernel, in slices too, and compares with the definition. `from` is the element x points at. */
function expectCopied(values: Float32Array, from: number, sizes: Six, xs: Six, ys: Six): void {
  const length = product(sizes) === 0 ? 0 : 1 + sizes.reduce((sum, n, k) => sum + (n - 1) * ys[k]!, 0);
  const expected = blank(length);
  for (let flat = 0; flat < product(sizes); flat++) {
    let rest = flat;
    let x = from;
    let y = 0;
    for (let k = 5; k >= 0; k--) {
      const i = rest % sizes[k]!;
      rest = Math.floor(rest / sizes[k]!);
      x += i * xs[k]!;
      y += i * ys[k]!;
    }
    expected[y] = values[x]!;
  }
  const x = bench.f32(values) + 4 * from;
  const rows = product(sizes.slice(0, 5));
  const got = inSlices(bench, blank(length), rows, (y, begin, end) =>
    kernels.copyStrided(x, y, ...sizes, ...xs, ...ys, begin, end),
  );
  expect([...got]).toEqual([...expected]);
}

const natural = [0, 1, 2, 3, 4, 5];

describe('copyStrided', () => {
  it.each(SIZES.flatMap((n) => [[n, 5] as const, [6, n] as const]))('transposes [%i, %i]', (rows, columns) => {
    const sizes: Six = [1, 1, 1, 2, rows, columns];
    const dense = denseStrides(sizes, natural);
    const swapped = denseStrides(sizes, [0, 1, 2, 3, 5, 4]);
    const values = numbers(product(sizes), 3);
    expectCopied(values, 0, sizes, swapped, dense);
    expectCopied(values, 0, sizes, dense, swapped);
  });

  it('copies any permutation, step and direction', () => {
    const order = fc.shuffledSubarray(natural, { minLength: 6, maxLength: 6 });
    const sizes = fc.tuple(...natural.map((k) => fc.integer({ min: 1, max: k < 3 ? 3 : 9 }))) as fc.Arbitrary<Six>;
    const signs = fc.tuple(...natural.map(() => fc.constantFrom(1, 1, -1, 0)));
    fc.assert(
      fc.property(sizes, order, order, signs, fc.integer({ min: 1, max: 2 }), (n, xOrder, yOrder, sign, step) => {
        bench.reset();
        const dense = denseStrides(n, xOrder);
        const xs = dense.map((s, k) => s * sign[k]! * step) as Six;
        const from = xs.reduce((sum, s, k) => sum + (s < 0 ? -s * (n[k]! - 1) : 0), 0);
        expectCopied(numbers(product(n) * step + 1, step), from, n, xs, denseStrides(n, yOrder));
      }),
      { numRuns: 150 },
    );
  });

  it.each(SIZES)('broadcasts rows, columns and scalars to [3, %i]', (n) => {
    const sizes: Six = [1, 1, 1, 1, 3, n];
    const dense = denseStrides(sizes, natural);
    expectCopied(numbers(n + 1, 1), 0, sizes, [0, 0, 0, 0, 0, 1], dense);
    expectCopied(numbers(3, 1), 0, sizes, [0, 0, 0, 0, 1, 0], dense);
    expectCopied(numbers(1, 1), 0, sizes, [0, 0, 0, 0, 0, 0], dense);
  });

  it.each([255, 256, 300])('copies long runs of %i, dense and with a gap', (n) => {
    const sizes: Six = [1, 1, 1, 1, 3, n];
    const dense = denseStrides(sizes, natural);
    expectCopied(numbers(3 * n, 1), 0, sizes, dense, dense);
    expectCopied(numbers(3 * n, 1), 0, sizes, dense, [0, 0, 0, 0, n + 3, 1]);
  });

  it('keeps the bits of whatever the four bytes are', () => {
    const bits = Int32Array.of(0x7fa00001, -1, 0x7f800001, 1, -0x80000000, 5);
    const x = bench.i32(bits);
    const y = bench.out(6);
    kernels.copyStrided(x, y, 1, 1, 1, 1, 3, 2, 0, 0, 0, 0, 1, 3, 0, 0, 0, 0, 2, 1, 0, 3);
    expect([...bench.readI32(y, 6)]).toEqual([bits[0], bits[3], bits[1], bits[4], bits[2], bits[5]]);
  });
});

describe('copyBytes', () => {
  it.each([0, 1, 3, 4, 17, 400])('copies %i bytes', (n) => {
    const x = bench.f32(numbers(100, 1));
    const y = bench.out(102, 7);
    kernels.copyBytes(x, y, n);
    const bytes = (p: number, length: number): number[] => [...new Uint8Array(bench.memory.buffer, p, length)];
    expect(bytes(y, n)).toEqual(bytes(x, n));
    expect(bytes(y + n, 408 - n)).toEqual([...new Uint8Array(new Float32Array(102).fill(7).buffer, n)]);
  });
});

describe('gather and scatterAdd', () => {
  const shape = fc.record({
    outer: fc.integer({ min: 1, max: 4 }),
    axis: fc.integer({ min: 1, max: 6 }),
    inner: fc.integer({ min: 1, max: 21 }),
    indices: fc.array(fc.integer({ min: -2, max: 8 }), { maxLength: 12 }),
  });

  it('gather picks rows, NaN outside the axis', () => {
    fc.assert(
      fc.property(shape, ({ outer, axis, inner, indices }) => {
        bench.reset();
        const values = numbers(outer * axis * inner, 5);
        const x = bench.f32(values);
        const list = bench.i32(indices);
        const count = indices.length;
        const got = inSlices(bench, blank(outer * count * inner), outer * count, (y, begin, end) =>
          kernels.gather(x, list, y, outer, axis, inner, count, begin, end),
        );
        const expected = Array.from({ length: outer * count * inner }, (_, at) => {
          const row = Math.floor(at / inner);
          const index = indices[row % count]!;
          const o = Math.floor(row / count);
          return index < 0 || index >= axis ? NaN : values[(o * axis + index) * inner + (at % inner)];
        });
        expect([...got]).toEqual(expected);
      }),
    );
  });

  it('scatterAdd adds in the order of the indices and ignores those outside the axis', () => {
    fc.assert(
      fc.property(shape, ({ outer, axis, inner, indices }) => {
        bench.reset();
        const count = indices.length;
        const values = numbers(outer * count * inner, 6);
        const dy = bench.f32(values);
        const list = bench.i32(indices);
        const got = inSlices(bench, new Float32Array(outer * axis * inner), outer * inner, (dx, begin, end) =>
          kernels.scatterAdd(dy, list, dx, outer, axis, inner, count, begin, end),
        );
        const expected = new Float32Array(outer * axis * inner);
        values.forEach((v, at) => {
          const row = Math.floor(at / inner);
          const index = indices[row % count]!;
          if (index < 0 || index >= axis) return;
          expected[(Math.floor(row / count) * axis + index) * inner + (at % inner)]! += v;
        });
        expect([...got]).toEqual([...expected]);
      }),
    );
  });
});

describe('oneHot', () => {
  it.each(SIZES)('depth %i', (depth) => {
    const indices = [0, 1, -1, depth - 1, depth, 5, 2 ** 31 - 1, -(2 ** 31)];
    const list = bench.i32(indices);
    const got = inSlices(bench, blank(8 * depth), 8, (y, begin, end) => kernels.oneHot(list, y, 8, depth, begin, end));
    expect([...got]).toEqual(indices.flatMap((k) => Array.from({ length: depth }, (_, i) => (i === k ? 1 : 0))));
  });
});
