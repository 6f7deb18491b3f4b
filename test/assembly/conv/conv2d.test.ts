import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { bitsOf, blank, inSlices, numbers } from '../../support/slices.js';
import { blockOf, compare, integers, outputSize, plain, reference, sizes, type Window } from './reference.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Kind = 'y' | 'x' | 'f';
const isDepthwise = (w: Window): boolean => w.groups === w.inChannels;

/** The kernel that computes one side of the product, ready for `inSlices`, with its number of work units. */
function kernelFor(
  w: Window,
  kind: Kind,
  a: Float32Array,
  b: Float32Array,
  depthwise: boolean,
): { units: number; run: (out: number, begin: number, end: number) => void } {
  const [height, width] = outputSize(w);
  const block = blockOf(bench, w);
  const [pa, pb] = [bench.f32(a), bench.f32(b)];
  if (kind === 'y') {
    const forward = depthwise ? kernels.depthwiseConv2d : kernels.conv2d;
    return {
      units: depthwise ? w.batch * height : Math.ceil((w.batch * height * width) / 5),
      run: (y, begin, end) => forward(pa, pb, 0, y, block, 0, 0, begin, end),
    };
  }
  if (kind === 'x') {
    const gradient = depthwise ? kernels.depthwiseInputGradient : kernels.conv2dInputGradient;
    return {
      units: depthwise ? w.batch * w.inHeight : Math.ceil((w.batch * w.inHeight * w.inWidth) / 5),
      run: (dx, begin, end) => gradient(pa, pb, dx, block, begin, end),
    };
  }
  const gradient = depthwise ? kernels.depthwiseFilterGradient : kernels.conv2dFilterGradient;
  const rows = (w.kernelHeight * w.kernelWidth * w.inChannels) / w.groups;
  return {
    units: depthwise ? Math.ceil(w.outChannels / 4) : kernels.gemmUnits(rows, w.outChannels / w.groups),
    run: (df, begin, end) => gradient(pa, pb, df, block, begin, end),
  };
}

const operandSizes = (w: Window, kind: Kind): [number, number, number] => {
  const [x, f, y] = sizes(w);
  return kind === 'y' ? [x, f, y] : kind === 'x' ? [y, f, x] : [x, y, f];
};

type Fill = (length: number, seed: number) => Float32Array;

function check(w: Window, fill: Fill, exact: boolean, sliced = false): void {
  for (const kind of ['y', 'x', 'f'] as const) {
    const [na, nb, n] = operandSizes(w, kind);
    const [a, b] = [fill(na, 1), fill(nb, 2)];
    const expected = reference(w, kind, a, b);
    for (const depthwise of isDepthwise(w) ? [false, true] : [false]) {
      bench.reset();
      const { units, run } = kernelFor(w, kind, a, b, depthwise);
      const what = `${kind}${depthwise ? ' (depthwise)' : ''} of ${JSON.stringify(w)}`;
      if (sliced) compare(inSlices(bench, blank(n), units, run), expected, exact, what);
      else {
        const out = bench.out(n + 4);
        run(out, 0, units);
        const got = bench.readF32(out, n + 4);
        compare(got.slice(0, n), expected, exact, what);
        expect([...got.slice(n)], 'written past the end').toEqual([NaN, NaN, NaN, NaN]);
      }
    }
  }
}

const fits = (w: Window): boolean => outputSize(w).every((size) => size >= 1);

const channels = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(16, 17));
const windows: fc.Arbitrary<Window> = fc
  .record({
    ...{ batch: fc.integer({ min: 1, max: 4 }), inHeight: fc.integer({ min: 1, max: 13 }) },
    ...{ inWidth: fc.integer({ min: 1, max: 13 }), inGroup: channels, outGroup: channels },
    ...{ groups: fc.constantFrom(1, 1, 1, 2, 3) },
    ...{ kernelHeight: fc.integer({ min: 1, max: 4 }), kernelWidth: fc.integer({ min: 1, max: 4 }) },
    ...{ strideHeight: fc.integer({ min: 1, max: 3 }), strideWidth: fc.integer({ min: 1, max: 3 }) },
    ...{ dilationHeight: fc.integer({ min: 1, max: 2 }), dilationWidth: fc.integer({ min: 1, max: 2 }) },
    ...{ padTop: fc.nat(3), padBottom: fc.nat(3), padLeft: fc.nat(3), padRight: fc.nat(3) },
  })
  .map(({ inGroup, outGroup, ...rest }) => ({
    ...rest,
    inChannels: inGroup * rest.groups,
    outChannels: outGroup * rest.groups,
  }))
  .filter(fits);

const depthwiseWindows: fc.Arbitrary<Window> = fc
  .tuple(windows, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 }))
  .map(([w, inChannels, multiplier]) => ({
    ...w,
    ...{ inChannels, groups: inChannels, outChannels: inChannels * multiplier },
  }));

describe('conv2d and its gradients', () => {
  it.each([1, 2, 3])('are exact on integers, stride %i', (stride) => {
    for (const dilation of [1, 2]) {
      for (const inChannels of [1, 2, 3, 4, 5, 6, 7, 8, 16, 17]) {
        for (const pad of [0, 1, 2]) {
          const w: Window = {
            ...{ ...plain, batch: 2, inHeight: 9, inWidth: 11, inChannels, outChannels: 1 + ((3 * inChannels) % 10) },
            ...{ strideHeight: stride, strideWidth: stride, dilationHeight: dilation, dilationWidth: dilation },
            ...{ padTop: pad, padBottom: pad, padLeft: pad, padRight: pad },
          };
          check(w, integers, true);
        }
      }
    }
  });

  it.each<[string, Partial<Window>]>([
    ['a kernel smaller than its stride', { kernelHeight: 1, kernelWidth: 2, strideHeight: 3, strideWidth: 3 }],
    ['a pixel', { inHeight: 1, inWidth: 1, kernelHeight: 1, kernelWidth: 1, inChannels: 3, outChannels: 2 }],
    ['one row', { inHeight: 1, inWidth: 40, kernelHeight: 1, kernelWidth: 5, inChannels: 3, outChannels: 7 }],
    ['more channels than a block has steps', { inChannels: 300, outChannels: 9, inHeight: 4, inWidth: 4 }],
    [
      'steps over several taps and blocks',
      { inChannels: 60, outChannels: 20, kernelHeight: 2, kernelWidth: 5, padLeft: 1 },
    ],
    ['more columns than a block', { inChannels: 2, outChannels: 520, inHeight: 3, inWidth: 3 }],
    ['many pixels', { batch: 3, inHeight: 20, inWidth: 21, inChannels: 3, outChannels: 5, padTop: 1, padBottom: 1 }],
    ['an empty batch', { batch: 0, inChannels: 3, outChannels: 5 }],
    ['padding beyond the kernel', { padTop: 4, padBottom: 4, padLeft: 5, padRight: 4, inChannels: 2, outChannels: 2 }],
    ['a wide kernel', { inHeight: 11, inWidth: 12, kernelHeight: 11, kernelWidth: 9, inChannels: 2, outChannels: 4 }],
    ['unlike strides and dilations', { strideWidth: 2, dilationHeight: 2, inHeight: 8, inWidth: 9, outChannels: 3 }],
    [
      'stride and dilation of one divisor',
      { strideWidth: 2, dilationWidth: 2, strideHeight: 3, dilationHeight: 2, inHeight: 12, inWidth: 12 },
    ],
    ['groups', { groups: 3, inChannels: 6, outChannels: 9, batch: 2 }],
    ['depthwise', { groups: 5, inChannels: 5, outChannels: 5, batch: 2, padTop: 1, padRight: 1 }],
    ['depthwise of many channels', { groups: 21, inChannels: 21, outChannels: 21, batch: 2, padTop: 1, inWidth: 14 }],
    [
      'depthwise with strides, dilations and padding',
      {
        ...{ groups: 18, inChannels: 18, outChannels: 18, batch: 2, inHeight: 11, inWidth: 17, strideHeight: 3 },
        ...{ strideWidth: 2, dilationHeight: 2, dilationWidth: 3, padLeft: 4, padRight: 2, padBottom: 1 },
      },
    ],
    ['depthwise with a multiplier', { groups: 5, inChannels: 5, outChannels: 10, strideHeight: 2, inHeight: 8 }],
  ])('are exact on integers for %s', (_, options) => {
    check({ ...plain, ...options }, integers, true, true);
  });

  it('follow float64 over random shapes', () => {
    fc.assert(
      fc.property(windows, (w) => check(w, numbers, false)),
      { numRuns: 80, seed: 1 },
    );
  });

  it('give the same bits however the range is cut', () => {
    fc.assert(
      fc.property(windows, (w) => check(w, numbers, false, true)),
      { numRuns: 15, seed: 2 },
    );
  });

  it('have a path of their own for one channel a group', () => {
    fc.assert(
      fc.property(depthwiseWindows, (w) => check(w, numbers, false, true)),
      { numRuns: 25, seed: 3 },
    );
  });
});

describe('the fused end of conv2d', () => {
  it.each([
    [{ inChannels: 3, outChannels: 6 }],
    [{ inChannels: 40, outChannels: 10 }],
    [{ inChannels: 6, outChannels: 6, groups: 6 }],
  ])('has the bits of separate kernels, %o', (options) => {
    const w: Window = { ...plain, inHeight: 6, inWidth: 7, padTop: 1, ...options };
    const [nx, nf, ny] = sizes(w);
    const [x, f] = [numbers(nx, 1), numbers(nf, 2)];
    const bias = numbers(w.outChannels, 3);
    const [height, width] = outputSize(w);
    for (const depthwise of isDepthwise(w) ? [false, true] : [false]) {
      const kernel = depthwise ? kernels.depthwiseConv2d : kernels.conv2d;
      const units = depthwise ? w.batch * height : Math.ceil((w.batch * height * width) / 5);
      const run = (useBias: boolean, activation: number): Float32Array => {
        bench.reset();
        const y = bench.out(ny);
        const block = blockOf(bench, w);
        kernel(bench.f32(x), bench.f32(f), useBias ? bench.f32(bias) : 0, y, block, activation, 0.2, 0, units);
        return bench.readF32(y, ny);
      };
      const sums = run(false, 0).map((value, i) => value + bias[i % w.outChannels]!);
      expect(bitsOf(run(true, 0))).toEqual(bitsOf(sums));
      const separate = [kernels.reluMap, kernels.sigmoidMap, kernels.tanhMap];
      separate.forEach((map, i) => {
        const y = bench.f32(sums);
        map(y, y, 0, ny);
        const expected = bitsOf(bench.readF32(y, ny));
        expect(bitsOf(run(true, i + 1))).toEqual(expected);
      });
      const y = bench.f32(sums);
      kernels.leakyReluMap(y, y, 0.2, 0, ny);
      const expected = bitsOf(bench.readF32(y, ny));
      expect(bitsOf(run(true, 4))).toEqual(expected);
    }
  });

  it('takes padding for zeros, to an infinite weight too', () => {
    const w: Window = { ...plain, inHeight: 2, inWidth: 2, padTop: 1, padLeft: 1, padBottom: 1, padRight: 1 };
    const y = bench.out(4);
    const f = bench.f32([Infinity, 0, 0, 0, 1, 0, 0, 0, 0]);
    kernels.conv2d(bench.f32([1, 2, NaN, 3]), f, 0, y, blockOf(bench, w), 0, 0, 0, 1);
    expect([...bench.readF32(y, 4)]).toEqual([NaN, NaN, NaN, NaN]); // 0 * Infinity, NaN * 0
  });
});
