import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { WINOGRAD4_SPARE } from '../../../src/runtime/generated/layout.js';
import { kernelBench } from '../../support/kernels.js';
import { bitsOf, blank, inSlices, numbers } from '../../support/slices.js';
import {
  blockOf,
  compare,
  integers,
  outputSize,
  plain,
  reference,
  sizes,
  type Expected,
  type Window,
} from './reference.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Kind = 'y' | 'x' | 'f';
interface Job {
  readonly units: number;
  readonly run: (out: number, begin: number, end: number) => void;
}

/** The method whose tiles have this side: F(2 x 2, 3 x 3) or F(4 x 4, 3 x 3). */
type Side = 2 | 4;
const sides: readonly Side[] = [2, 4];

const { winogradFilter, winogradConv2d, winogradFilterGradient } = kernels;
const { winograd4Filter, winograd4Conv2d, winograd4FilterGradient } = kernels;
const methods = {
  2: { filter: winogradFilter, conv2d: winogradConv2d, filterGradient: winogradFilterGradient },
  4: { filter: winograd4Filter, conv2d: winograd4Conv2d, filterGradient: winograd4FilterGradient },
};

/** Rows of tiles of all images. */
const rowsOfTiles = (w: Window, side: Side): number => w.batch * Math.ceil(outputSize(w)[0] / side);

/** U as its kernel writes it, in two parts. */
function transformed(side: Side, filter: number, rows: number, cols: number, turned: boolean): number {
  const panels = Math.ceil(cols / 8);
  const u = bench.out(panels * (side + 2) ** 2 * (rows + (side === 4 ? WINOGRAD4_SPARE : 0)) * 8);
  methods[side].filter(filter, u, rows, cols, Number(turned), 0, panels >> 1);
  methods[side].filter(filter, u, rows, cols, Number(turned), panels >> 1, panels);
  return u;
}

/** The window of the convolution that gives the input's gradient. */
function turnedRound(w: Window): Window {
  const [inHeight, inWidth] = outputSize(w);
  const pads = { padTop: 2 - w.padTop, padBottom: 2 - w.padBottom, padLeft: 2 - w.padLeft, padRight: 2 - w.padRight };
  return { ...w, inHeight, inWidth, inChannels: w.outChannels, outChannels: w.inChannels, ...pads };
}

/** The kernels that compute one side of the product by Winograd's method. */
function winograd(side: Side, w: Window, kind: Kind, a: Float32Array, b: Float32Array): Job {
  const [pa, pb] = [bench.f32(a), bench.f32(b)];
  if (kind === 'f') {
    const block = blockOf(bench, w);
    return {
      units: Math.ceil(w.inChannels / 16),
      run: (df, begin, end) => methods[side].filterGradient(pa, pb, df, block, begin, end),
    };
  }
  const own = kind === 'y' ? w : turnedRound(w);
  const u = transformed(side, pb, own.inChannels, own.outChannels, kind === 'x');
  const block = blockOf(bench, own);
  return {
    units: rowsOfTiles(own, side),
    run: (y, begin, end) => methods[side].conv2d(pa, u, 0, y, block, 0, 0, begin, end),
  };
}

/** The general kernels. */
function direct(w: Window, kind: Kind, a: Float32Array, b: Float32Array): Job {
  const [pa, pb, block] = [bench.f32(a), bench.f32(b), blockOf(bench, w)];
  const [height, width] = outputSize(w);
  if (kind === 'y') {
    return {
      units: Math.ceil((w.batch * height * width) / 5),
      run: (y, begin, end) => kernels.conv2d(pa, pb, 0, y, block, 0, 0, begin, end),
    };
  }
  if (kind === 'x') {
    return {
      units: Math.ceil((w.batch * w.inHeight * w.inWidth) / 5),
      run: (dx, begin, end) => kernels.conv2dInputGradient(pa, pb, dx, block, begin, end),
    };
  }
  return {
    units: kernels.gemmUnits(9 * w.inChannels, w.outChannels),
    run: (df, begin, end) => kernels.conv2dFilterGradient(pa, pb, df, block, begin, end),
  };
}

const operandSizes = (w: Window, kind: Kind): [number, number, number] => {
  const [x, f, y] = sizes(w);
  return kind === 'y' ? [x, f, y] : kind === 'x' ? [y, f, x] : [x, y, f];
};

const kinds = ['y', 'x', 'f'] as const;

/**
 * Its rounding errors are those of all pixels and taps of a tile, so the largest of all sums is the measure of them. Tiles
 * of 4 x 4 may have four times the error, as below.
 */
function expectedOf(side: Side, w: Window, kind: Kind, a: Float32Array, b: Float32Array): Expected {
  const { sum, magnitude } = reference(w, kind, a, b);
  const most = magnitude.reduce((largest, value) => Math.max(largest, value), 0);
  return { sum, magnitude: magnitude.fill(side === 4 ? 4 * most : most) };
}

function check(side: Side, w: Window, fill: typeof numbers, exact: boolean, sliced = false): void {
  for (const kind of kinds) {
    bench.reset();
    const [na, nb, n] = operandSizes(w, kind);
    const [a, b] = [fill(na, 1), fill(nb, 2)];
    const { units, run } = winograd(side, w, kind, a, b);
    const what = `${kind}, tiles of ${side}, of ${JSON.stringify(w)}`;
    const expected = expectedOf(side, w, kind, a, b);
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

const extent = fc.integer({ min: 1, max: 13 });
const channels = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(16, 32, 64, 65));
const pad = fc.nat(3);
const windows: fc.Arbitrary<Window> = fc
  .record({
    ...{ batch: fc.integer({ min: 1, max: 3 }), inHeight: extent, inWidth: extent },
    ...{ inChannels: channels, outChannels: channels },
    ...{ padTop: pad, padBottom: pad, padLeft: pad, padRight: pad },
  })
  .map((sizes) => ({ ...plain, ...sizes }))
  .filter((w) => outputSize(w).every((size) => size >= 1));

const cases: readonly (readonly [string, Partial<Window>])[] = [
  ['one tile', { inHeight: 4, inWidth: 4, inChannels: 3, outChannels: 5 }],
  ['a pixel', { inHeight: 3, inWidth: 3, inChannels: 4, outChannels: 8 }],
  ['odd sizes and padding', { inHeight: 7, inWidth: 9, padTop: 1, padLeft: 1, padBottom: 1, padRight: 1 }],
  ['padding beyond the kernel', { padTop: 4, padBottom: 3, padLeft: 3, padRight: 5, inChannels: 2, outChannels: 2 }],
  ['several blocks of channels', { inHeight: 4, inWidth: 5, inChannels: 130, outChannels: 66 }],
  ['several groups of tiles', { batch: 3, inHeight: 14, inWidth: 18, inChannels: 17, outChannels: 9, padTop: 1 }],
];

describe("Winograd's convolution and its gradients", () => {
  it.each(cases)('are exact on integers for %s with tiles of 2', (_, options) => {
    check(2, { ...plain, ...options }, integers, true, true);
  });

  it.each(cases)('follow float64 for %s with tiles of 4', (_, options) => {
    check(4, { ...plain, ...options }, numbers, false, true);
  });

  it.each(sides)('follow float64 over random shapes with tiles of %i', (side) => {
    fc.assert(
      fc.property(windows, (w) => check(side, w, numbers, false)),
      { numRuns: 15, seed: 1 },
    );
  });

  it.each(sides)('give the same bits however the range is cut with tiles of %i', (side) => {
    fc.assert(
      fc.property(windows, (w) => check(side, w, numbers, false, true)),
      { numRuns: 6, seed: 2 },
    );
  });

  it.each(
    sides.flatMap((side) => [
      ...[16, 32, 64, 256].flatMap(
        (count) =>
          [
            [side, count, 'both signs', -2],
            [side, count, 'one sign', 0],
          ] as const,
      ),
    ]),
  )(
    'with tiles of %i are at most four times as far from float64 as the direct method, %i channels, %s',
    (side, count, _, low) => {
      const w: Window = {
        ...{ ...plain, inHeight: 16, inWidth: 17, inChannels: count, outChannels: 16 },
        ...{ padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 },
      };
      for (const kind of kinds) {
        const [na, nb, n] = operandSizes(w, kind);
        const [a, b] = [numbers(na, 1, low), numbers(nb, 2)];
        const { sum } = reference(w, kind, a, b);
        const jobs = [() => winograd(side, w, kind, a, b), () => direct(w, kind, a, b)];
        const [own, other] = jobs.map((job) => {
          bench.reset();
          const out = bench.out(n);
          const { units, run } = job();
          run(out, 0, units);
          const errors = Float64Array.from(bench.readF32(out, n), (value, i) => Math.abs(value - sum[i]!));
          return { most: Math.max(...errors), mean: errors.reduce((total, error) => total + error, 0) / n };
        });
        expect(own!.most).toBeLessThanOrEqual(4 * other!.most);
        expect(own!.mean).toBeLessThanOrEqual(4 * other!.mean);
      }
    },
  );
});

describe("the fused end of Winograd's convolution", () => {
  it.each(
    sides.flatMap(
      (side) =>
        [
          [6, side],
          [12, side],
        ] as const,
    ),
  )('has the bits of separate kernels, %i output channels, tiles of %i', (outChannels, side) => {
    const w: Window = { ...plain, batch: 2, inHeight: 7, inWidth: 6, padTop: 1, inChannels: 16, outChannels };
    const [nx, nf, ny] = sizes(w);
    const [x, f, bias] = [numbers(nx, 1), numbers(nf, 2), numbers(outChannels, 3)];
    const run = (useBias: boolean, activation: number): Float32Array => {
      bench.reset();
      const [px, u] = [bench.f32(x), transformed(side, bench.f32(f), 16, outChannels, false)];
      const [y, block] = [bench.out(ny), blockOf(bench, w)];
      const units = rowsOfTiles(w, side);
      methods[side].conv2d(px, u, useBias ? bench.f32(bias) : 0, y, block, activation, 0.2, 0, units);
      return bench.readF32(y, ny);
    };
    const sums = run(false, 0).map((value, i) => value + bias[i % outChannels]!);
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
  });
});
