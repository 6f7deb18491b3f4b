import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { blank, expectClose, inSlices, numbers } from '../../support/slices.js';
import { blockOf, eachProduct, outputSize, plain, sizes, type Window } from '../conv/reference.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

/** Pads stay below the kernel size, so that every window has a cell. */
const windows: fc.Arbitrary<Window> = fc
  .record({
    ...{ batch: fc.integer({ min: 1, max: 3 }), inHeight: fc.integer({ min: 1, max: 9 }) },
    ...{ inWidth: fc.integer({ min: 1, max: 9 }), channels: fc.integer({ min: 1, max: 9 }) },
    ...{ kernelHeight: fc.integer({ min: 1, max: 4 }), kernelWidth: fc.integer({ min: 1, max: 4 }) },
    ...{ strideHeight: fc.integer({ min: 1, max: 4 }), strideWidth: fc.integer({ min: 1, max: 4 }) },
    ...{ padTop: fc.nat(3), padBottom: fc.nat(3), padLeft: fc.nat(3), padRight: fc.nat(3) },
  })
  .map(({ channels, ...rest }) => ({
    ...plain,
    ...rest,
    inChannels: channels,
    outChannels: channels,
    groups: channels,
  }))
  .filter((w) => Math.max(w.padTop, w.padBottom) < w.kernelHeight && Math.max(w.padLeft, w.padRight) < w.kernelWidth)
  .filter((w) => outputSize(w).every((size) => size >= 1));

/** Positions in x of the cells of each window, row by row, by position in y. */
function cells(w: Window): number[][] {
  const found = Array.from({ length: sizes(w)[2] }, (): number[] => []);
  eachProduct(w, (x, _, y) => found[y]!.push(x));
  return found;
}

const rowsOf = (w: Window): [outputs: number, inputs: number] => [w.batch * outputSize(w)[0], w.batch * w.inHeight];
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The first of the largest, or the first NaN. */
function winner(x: ArrayLike<number>, window: readonly number[]): number {
  const nan = window.find((cell) => Number.isNaN(x[cell]));
  return nan ?? window.reduce((best, cell) => (x[cell]! > x[best]! ? cell : best));
}

function runMax(w: Window, x: Float32Array): { y: Float32Array; index: Int32Array } {
  const n = sizes(w)[2];
  const [px, block, index] = [bench.f32(x), blockOf(bench, w), bench.i32(new Int32Array(n))];
  const y = inSlices(bench, blank(n), rowsOf(w)[0], (out, begin, end) =>
    kernels.maxPool2d(px, out, index, block, begin, end),
  );
  return { y, index: bench.readI32(index, n) };
}

describe('maxPool2d', () => {
  it('finds the largest cell of each window, its gradient goes there and only there', () => {
    fc.assert(
      fc.property(windows, fc.boolean(), (w, tied) => {
        bench.reset();
        const values = numbers(sizes(w)[0], 1, -3, 0);
        const x = tied ? values.map(Math.round) : values;
        const winners = cells(w).map((window) => winner(x, window));
        const { y, index } = runMax(w, x);
        expect([...y]).toEqual(winners.map((cell) => x[cell]));
        const plane = w.inHeight * w.inWidth;
        expect([...index]).toEqual(winners.map((cell) => Math.floor(cell / w.inChannels) % plane));

        const [pi, block] = [bench.i32(index), blockOf(bench, w)];
        const dy = numbers(y.length, 2, -8, 9).map(Math.floor);
        const expected = new Float64Array(x.length);
        winners.forEach((cell, i) => (expected[cell]! += dy[i]!));
        const pdy = bench.f32(dy);
        const dx = inSlices(bench, blank(x.length), rowsOf(w)[1], (out, begin, end) =>
          kernels.maxPoolGradient(pdy, pi, out, block, begin, end),
        );
        expect([...dx].map((value) => value + 0)).toEqual([...expected]);

        const t = numbers(x.length, 3);
        const pt = bench.f32(t);
        const picked = inSlices(bench, blank(y.length), rowsOf(w)[0], (out, begin, end) =>
          kernels.maxPoolPick(pt, pi, out, block, begin, end),
        );
        expect([...picked]).toEqual(winners.map((cell) => t[cell]));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  // Windows of 2 x 2 cells have kernels of their own, two rows of the input at a time.
  it('handles windows of 2 x 2 cells side by side, with NaN, infinities, equal cells and both zeros', () => {
    const special = [NaN, Infinity, -Infinity, 0, -0, 1, 1, 2];
    const side = fc.integer({ min: 2, max: 9 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 21 }), fc.nat(), (inHeight, inWidth, channels, seed) => {
        bench.reset();
        const w: Window = {
          ...{
            ...plain,
            batch: 2,
            inHeight,
            inWidth,
            kernelHeight: 2,
            kernelWidth: 2,
            strideHeight: 2,
            strideWidth: 2,
          },
          ...{ inChannels: channels, outChannels: channels, groups: channels },
        };
        const kinds = numbers(sizes(w)[0], seed, 0, 40).map(Math.floor);
        const x = numbers(kinds.length, seed + 1).map((value, i) => special[kinds[i]!] ?? value);
        const winners = cells(w).map((window) => winner(x, window));
        const { y, index } = runMax(w, x);
        expect([...y]).toEqual(winners.map((cell) => x[cell]));
        const plane = inHeight * inWidth;
        expect([...index]).toEqual(winners.map((cell) => Math.floor(cell / channels) % plane));

        const [pi, block, dy] = [bench.i32(index), blockOf(bench, w), numbers(y.length, 2)];
        const expected = new Float32Array(x.length);
        winners.forEach((cell, i) => (expected[cell] = dy[i]!));
        const pdy = bench.f32(dy);
        const dx = inSlices(bench, blank(x.length), rowsOf(w)[1], (out, begin, end) =>
          kernels.maxPoolGradient(pdy, pi, out, block, begin, end),
        );
        expect([...dx]).toEqual([...expected]);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('hands on NaN and infinities', () => {
    const w: Window = { ...plain, inHeight: 2, inWidth: 8, kernelHeight: 2, kernelWidth: 2, strideWidth: 2 };
    const x = Float32Array.from([
      ...[1, NaN, -Infinity, -Infinity, 1, Infinity, NaN, 1],
      ...[2, NaN, -Infinity, -Infinity, 2, 3, NaN, NaN],
    ]);
    const { y, index } = runMax(w, x);
    expect([...y]).toEqual([NaN, -Infinity, Infinity, NaN]);
    expect([...index]).toEqual([1, 2, 5, 6]);
  });
});

describe('avgPool2d', () => {
  it('is the mean of the real cells, and so is its gradient', () => {
    fc.assert(
      fc.property(windows, (w) => {
        bench.reset();
        const found = cells(w);
        const x = numbers(sizes(w)[0], 1, -20, 20).map(Math.floor);
        const [px, block] = [bench.f32(x), blockOf(bench, w)];
        const y = inSlices(bench, blank(found.length), rowsOf(w)[0], (out, begin, end) =>
          kernels.avgPool2d(px, out, block, begin, end),
        );
        const means = found.map((window) => Math.fround(total(window.map((cell) => x[cell]!)) / window.length));
        expect([...y].map((value) => value + 0)).toEqual(means.map((value) => value + 0));

        const dy = numbers(y.length, 2);
        const expected = new Float64Array(x.length);
        found.forEach((window, i) => window.forEach((cell) => (expected[cell]! += dy[i]! / window.length)));
        const pdy = bench.f32(dy);
        const dx = inSlices(bench, blank(x.length), rowsOf(w)[1], (out, begin, end) =>
          kernels.avgPoolGradient(pdy, out, block, begin, end),
        );
        expectClose(dx, expected, 1e-6);
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});
