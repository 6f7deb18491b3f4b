import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { bitsOf, blank, inSlices, numbers } from '../../support/slices.js';
import { blockOf, compare, integers, outputSize, plain, reference, sizes, type Window } from './reference.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Kind = 'y' | 'x' | 'f';
interface Job {
  readonly units: number;
  readonly run: (out: number, begin: number, end: number) => void;
}

const kinds = ['y', 'x', 'f'] as const;
const tiles = (size: number): number => Math.ceil(size / 2);
const strided: Window = { ...plain, strideHeight: 2, strideWidth: 2, kernelHeight: 5, kernelWidth: 5, inChannels: 8 };
const padded = { padTop: 2, padBottom: 2, padLeft: 2, padRight: 2 };

/** The transformed filter as its kernel writes it, in two parts. */
function transformed(w: Window, filter: number, turned: boolean): number {
  const [rows, cols] = turned ? [w.outChannels, w.inChannels] : [w.inChannels, w.outChannels];
  const units = 4 * Math.ceil(cols / 8);
  const u = bench.out(units * 16 * (rows + 2) * 8);
  const block = blockOf(bench, w);
  kernels.winogradStridedFilter(filter, u, block, Number(turned), 0, units >> 1);
  kernels.winogradStridedFilter(filter, u, block, Number(turned), units >> 1, units);
  return u;
}

function winograd(w: Window, kind: Kind, a: Float32Array, b: Float32Array): Job {
  const [pa, pb, block] = [bench.f32(a), bench.f32(b), blockOf(bench, w)];
  if (kind === 'f') {
    return {
      units: Math.ceil((4 * w.inChannels) / 16),
      run: (df, begin, end) => kernels.winogradStridedFilterGradient(pa, pb, df, block, begin, end),
    };
  }
  const u = transformed(w, pb, kind === 'x');
  if (kind === 'x') {
    return {
      units: w.batch * tiles(tiles(w.inHeight)),
      run: (dx, begin, end) => kernels.winogradStridedInput(pa, u, dx, block, begin, end),
    };
  }
  return {
    units: w.batch * tiles(outputSize(w)[0]),
    run: (y, begin, end) => kernels.winogradStridedConv2d(pa, u, 0, y, block, 0, 0, begin, end),
  };
}

/** The general kernels. */
function direct(w: Window, kind: Kind, a: Float32Array, b: Float32Array): Job {
  const [pa, pb, block] = [bench.f32(a), bench.f32(b), blockOf(bench, w)];
  const [height, width] = outputSize(w);
  if (kind === 'f') {
    return {
      units: kernels.gemmUnits(w.kernelHeight * w.kernelWidth * w.inChannels, w.outChannels),
      run: (df, begin, end) => kernels.conv2dFilterGradient(pa, pb, df, block, begin, end),
    };
  }
  if (kind === 'x') {
    return {
      units: Math.ceil((w.batch * w.inHeight * w.inWidth) / 5),
      run: (dx, begin, end) => kernels.conv2dInputGradient(pa, pb, dx, block, begin, end),
    };
  }
  return {
    units: Math.ceil((w.batch * height * width) / 5),
    run: (y, begin, end) => kernels.conv2d(pa, pb, 0, y, block, 0, 0, begin, end),
  };
}

/** Elements of the two operands and of the result. */
const operandSizes = (w: Window, kind: Kind): [number, number, number] => {
  const [x, f, y] = sizes(w);
  return kind === 'y' ? [x, f, y] : kind === 'x' ? [y, f, x] : [x, y, f];
};

function check(w: Window, fill: typeof numbers, exact: boolean, sliced = false): void {
  for (const kind of kinds) {
    bench.reset();
    const [na, nb, n] = operandSizes(w, kind);
    const [a, b] = [fill(na, 1), fill(nb, 2)];
    const { units, run } = winograd(w, kind, a, b);
    const { sum, magnitude } = reference(w, kind, a, b);
    // Rounding errors are those of all pixels and taps of a tile: the largest of all sums is the measure of them.
    const most = magnitude.reduce((largest, value) => Math.max(largest, value), 0);
    const expected = { sum, magnitude: magnitude.fill(most) };
    const what = `${kind} of ${JSON.stringify(w)}`;
    if (sliced) {
      compare(inSlices(bench, blank(n), units, run), expected, exact, what);
      continue;
    }
    const out = bench.out(n + 4);
    run(out, 0, units);
    const got = bench.readF32(out, n + 4);
    compare(got.slice(0, n), expected, exact, what);
    expect([...got.slice(n)], 'written past the end').toEqual([NaN, NaN, NaN, NaN]);
  }
}

/** Along an axis: a kernel and padding before the image that the method takes. */
const axis = fc.constantFrom<[taps: number, before: number][]>(
  ...[4, 5].flatMap((taps) => [0, 1, 2, 3, 4].map((before): [number, number] => [taps, before])),
  ...[0, 2, 4].map((before): [number, number] => [6, before]),
);
const extent = fc.integer({ min: 1, max: 15 });
const after = fc.nat(4);
const windows: fc.Arbitrary<Window> = fc
  .record({
    ...{ batch: fc.integer({ min: 1, max: 3 }), inHeight: extent, inWidth: extent, rows: axis, columns: axis },
    ...{ inChannels: fc.constantFrom(8, 16, 24, 32, 40), outChannels: fc.integer({ min: 1, max: 20 }) },
    ...{ padBottom: after, padRight: after },
  })
  .map(({ rows: [kernelHeight, padTop], columns: [kernelWidth, padLeft], ...rest }) => ({
    ...strided,
    ...rest,
    ...{ kernelHeight, padTop, kernelWidth, padLeft },
  }))
  .filter((w) => outputSize(w).every((size) => size >= 1));

describe("Winograd's convolution with strides and its gradients", () => {
  it.each<[string, Partial<Window>]>([
    ['one pixel', { inHeight: 5, inWidth: 5, outChannels: 5 }],
    ['an even image', { ...padded, batch: 2, inHeight: 16, inWidth: 12, inChannels: 16, outChannels: 8 }],
    ['an odd image', { ...padded, inHeight: 13, inWidth: 9, outChannels: 3 }],
    ['4 x 4 taps', { inHeight: 9, inWidth: 8, kernelHeight: 4, kernelWidth: 4, padTop: 1, padBottom: 1, padLeft: 1 }],
    ['4 x 4 taps without padding', { inHeight: 9, inWidth: 8, kernelHeight: 4, kernelWidth: 4 }],
    ['6 x 6 taps', { inHeight: 11, inWidth: 12, kernelHeight: 6, kernelWidth: 6, padTop: 2, padBottom: 2 }],
    ['6 x 4 taps', { inHeight: 11, inWidth: 12, kernelHeight: 6, kernelWidth: 4, padLeft: 1 }],
    ['padding beyond the kernel', { padTop: 6, padBottom: 7, padLeft: 7, padRight: 5, outChannels: 2 }],
    ['blocks of channels that end within a phase', { inHeight: 7, inWidth: 6, inChannels: 40, outChannels: 70 }],
    ['several groups of tiles', { batch: 3, inHeight: 18, inWidth: 21, inChannels: 8, outChannels: 9, padTop: 1 }],
  ])('are exact on integers for %s', (_, options) => {
    check({ ...strided, ...options }, integers, true, true);
  });

  it('follow float64 over random shapes', () => {
    fc.assert(
      fc.property(windows, (w) => check(w, numbers, false)),
      { numRuns: 20, seed: 1 },
    );
  });

  it('give the same bits however the range is cut', () => {
    fc.assert(
      fc.property(windows, (w) => check(w, numbers, false, true)),
      { numRuns: 8, seed: 2 },
    );
  });

  it.each([16, 32, 64])('are at most four times as far from float64 as the direct method, %i channels', (count) => {
    const w: Window = { ...strided, ...padded, inHeight: 15, inWidth: 16, inChannels: count, outChannels: 16 };
    for (const kind of kinds) {
      const [na, nb, n] = operandSizes(w, kind);
      const [a, b] = [numbers(na, 1), numbers(nb, 2)];
      const { sum } = reference(w, kind, a, b);
      const [own, other] = [winograd, direct].map((method) => {
        bench.reset();
        const out = bench.out(n);
        const { units, run } = method(w, kind, a, b);
        run(out, 0, units);
        const errors = Float64Array.from(bench.readF32(out, n), (value, i) => Math.abs(value - sum[i]!));
        return { most: Math.max(...errors), mean: errors.reduce((total, error) => total + error, 0) / n };
      });
      expect(own!.most).toBeLessThanOrEqual(4 * other!.most);
      expect(own!.mean).toBeLessThanOrEqual(4 * other!.mean);
    }
  });

  it.each([6, 12])('end with bias and activation like separate kernels, %i output channels', (outChannels) => {
    const w: Window = { ...strided, ...padded, batch: 2, inHeight: 14, inWidth: 11, inChannels: 16, outChannels };
    const [nx, nf, ny] = sizes(w);
    const [x, f, bias] = [numbers(nx, 1), numbers(nf, 2), numbers(outChannels, 3)];
    const run = (useBias: boolean, activation: number): Float32Array => {
      bench.reset();
      const [px, u, y] = [bench.f32(x), transformed(w, bench.f32(f), false), bench.out(ny)];
      const [base, block] = [useBias ? bench.f32(bias) : 0, blockOf(bench, w)];
      const units = w.batch * tiles(outputSize(w)[0]);
      kernels.winogradStridedConv2d(px, u, base, y, block, activation, 0.2, 0, units);
      return bench.readF32(y, ny);
    };
    const sums = run(false, 0).map((value, i) => value + bias[i % outChannels]!);
    expect(bitsOf(run(true, 0))).toEqual(bitsOf(sums));
    [kernels.reluMap, kernels.sigmoidMap, kernels.tanhMap].forEach((map, i) => {
      const y = bench.f32(sums);
      map(y, y, 0, ny);
      const expected = bitsOf(bench.readF32(y, ny));
      expect(bitsOf(run(true, i + 1))).toEqual(expected);
    });
  });
});
