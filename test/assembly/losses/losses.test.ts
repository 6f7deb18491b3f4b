import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { SIZES, blank, expectClose, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

const TINY = 1.17549435e-38;
const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((v, i) => v * b[i]!));

function softmax(x: readonly number[]): number[] {
  const m = Math.max(...x);
  const e = x.map((v) => Math.exp(v - m));
  return e.map((v) => v / sum(e));
}

function logSoftmax(x: readonly number[]): number[] {
  const m = Math.max(...x);
  const log = Math.log1p(sum(x.map((v) => Math.exp(v - m))) - 1);
  return x.map((v) => v - m - log);
}

const rowsOf = (x: ArrayLike<number>, rows: number, cols: number): number[][] =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: cols }, (_, c) => x[r * cols + c]!));

/** Targets that sum to 1 in every row, some of them 0. */
function probabilities(rows: number, cols: number): Float32Array {
  const t = numbers(rows * cols, 31, -0.5, 1).map((v) => Math.max(v, 0));
  return Float32Array.from(rowsOf(t, rows, cols).flatMap((row) => row.map((v) => v / (sum(row) || 1))));
}

const widths = SIZES.filter((n) => n > 0);

describe('softmax and log-softmax', () => {
  const forward = { softmaxRows: softmax, logSoftmaxRows: logSoftmax };

  describe.each(['softmaxRows', 'logSoftmaxRows'] as const)('%s', (name) => {
    it.each(widths)('rows of %i', (cols) => {
      for (const spread of [1, 20, 200]) {
        const values = numbers(5 * cols, cols, -spread, spread);
        const x = bench.f32(values);
        const y = inSlices(bench, blank(5 * cols), 5, (y, begin, end) => kernels[name](x, y, 5, cols, begin, end));
        expectClose(y, rowsOf(values, 5, cols).flatMap(forward[name]), 6e-7);
        const inPlace = inSlices(bench, values, 5, (y, begin, end) => kernels[name](y, y, 5, cols, begin, end));
        expect([...inPlace]).toEqual([...y]);
      }
    });

    it('takes -Infinity entries', () => {
      const values = Float32Array.of(-Infinity, 1, 2, -Infinity, 3, -Infinity, -Infinity, -Infinity, -Infinity, 0);
      const y = bench.out(10);
      kernels[name](bench.f32(values), y, 2, 5, 0, 2);
      expectClose(bench.readF32(y, 10), rowsOf(values, 2, 5).flatMap(forward[name]), 6e-7);
    });
  });

  it.each(widths)('gradients, rows of %i', (cols) => {
    const upstream = numbers(5 * cols, 3);
    const values = rowsOf(numbers(5 * cols, 4), 5, cols);
    const dy = bench.f32(upstream);
    const p = bench.f32(values.flatMap(softmax));
    const log = bench.f32(values.flatMap(logSoftmax));
    const a = inSlices(bench, blank(5 * cols), 5, (dx, b, e) => kernels.softmaxGradient(dy, p, dx, 5, cols, b, e));
    const c = inSlices(bench, blank(5 * cols), 5, (dx, b, e) => kernels.logSoftmaxGradient(dy, log, dx, 5, cols, b, e));
    const rows = rowsOf(upstream, 5, cols);
    const expectedA = rows.flatMap((g, r) => {
      const y = softmax(values[r]!);
      return y.map((v, i) => v * (g[i]! - dot(g, y)));
    });
    const expectedC = rows.flatMap((g, r) => softmax(values[r]!).map((v, i) => g[i]! - v * sum(g)));
    expectClose(a, expectedA, 1e-6);
    expectClose(c, expectedC, 2e-6);
  });
});

describe('softmaxCrossEntropy', () => {
  const scale = 0.25;
  const run = (
    z: Float32Array,
    target: number,
    indices: number,
    rows: number,
    cols: number,
    weights = 0,
    smoothing = 0,
  ): [number[], number[]] => {
    const from = bench.f32(z);
    const scratch = bench.out(rows * cols);
    const loss = inSlices(bench, blank(rows), rows, (y, b, e) =>
      kernels.softmaxCrossEntropy(from, target, indices, weights, y, scratch, rows, cols, scale, smoothing, b, e),
    );
    const lossOnly = inSlices(bench, blank(rows), rows, (y, b, e) =>
      kernels.softmaxCrossEntropy(from, target, indices, weights, y, 0, rows, cols, scale, smoothing, b, e),
    );
    expect([...lossOnly]).toEqual([...loss]);
    const losses = bench.out(rows);
    const dz = inSlices(bench, blank(rows * cols), rows, (y, b, e) =>
      kernels.softmaxCrossEntropy(from, target, indices, weights, losses, y, rows, cols, scale, smoothing, b, e),
    );
    const inPlace = inSlices(bench, z, rows, (y, b, e) =>
      kernels.softmaxCrossEntropy(y, target, indices, weights, losses, y, rows, cols, scale, smoothing, b, e),
    );
    expect([...inPlace]).toEqual([...dz]);
    return [[...loss], [...dz]];
  };

  it.each(widths)('probabilities, rows of %i', (cols) => {
    for (const spread of [1, 30, 300]) {
      bench.reset();
      const z = numbers(5 * cols, cols, -spread, spread);
      const t = probabilities(5, cols);
      const [loss, dz] = run(z, bench.f32(t), 0, 5, cols);
      const rows = rowsOf(t, 5, cols);
      const logits = rowsOf(z, 5, cols);
      expectClose(
        loss,
        rows.map((row, r) => -scale * dot(row, logSoftmax(logits[r]!))),
        1e-6,
      );
      const gradient = rows.flatMap((row, r) => softmax(logits[r]!).map((p, i) => scale * (p * sum(row) - row[i]!)));
      expectClose(dz, gradient, 1e-6);
    }
  });

  it.each(widths)('class indices, rows of %i', (cols) => {
    const z = numbers(5 * cols, cols, -10, 10);
    const classes = [0, cols - 1, cols >> 1, cols, -1];
    const [loss, dz] = run(z, bench.i32(classes), 1, 5, cols);
    const logits = rowsOf(z, 5, cols);
    expectClose(
      loss,
      classes.map((k, r) => -scale * (logSoftmax(logits[r]!)[k] ?? NaN)),
      1e-6,
    );
    const gradient = classes.flatMap((k, r) =>
      softmax(logits[r]!).map((p, i) => (k in logits[r]! ? scale * (p - (i === k ? 1 : 0)) : NaN)),
    );
    expectClose(dz, gradient, 1e-6);
  });

  it.each(widths)('weights of rows and smoothing, rows of %i', (cols) => {
    const weights = [0.5, 0, 2, 1];
    const z = numbers(4 * cols, cols, -10, 10);
    z.fill(NaN, cols, 2 * cols); // of weight 0
    const classes = [0, cols - 1, cols >> 1, 0];
    const t = probabilities(4, cols);
    const hot = classes.map((k) => Array.from({ length: cols }, (_, i) => (i === k ? 1 : 0)));
    const logits = rowsOf(z, 4, cols);
    for (const smoothing of [0, 0.1, 1])
      for (const [target, indices, rows] of [
        [bench.i32(classes), 1, hot],
        [bench.f32(t), 0, rowsOf(t, 4, cols)],
      ] as const) {
        const [loss, dz] = run(z, target, indices, 4, cols, bench.f32(weights), smoothing);
        const smooth = rows.map((row) => Array.from(row, (value) => (1 - smoothing) * value + smoothing / cols));
        const of = <T>(r: number, value: T, none: T): T => (weights[r] === 0 ? none : value);
        expectClose(
          loss,
          smooth.map((row, r) => of(r, -scale * weights[r]! * dot(row, logSoftmax(logits[r]!)), 0)),
          2e-6,
        );
        const gradient = smooth.flatMap((row, r) =>
          softmax(logits[r]!).map((p, i) => of(r, scale * weights[r]! * (p * sum(row) - row[i]!), 0)),
        );
        expectClose(dz, gradient, 2e-6);
      }
  });

  it('a one-hot row and its index agree', () => {
    const z = numbers(40, 8, -5, 5);
    const classes = [3, 0, 9, 5];
    const hot = classes.flatMap((k) => Array.from({ length: 10 }, (_, i) => (i === k ? 1 : 0)));
    const [a, da] = run(z, bench.i32(classes), 1, 4, 10);
    const [b, db] = run(z, bench.f32(hot), 0, 4, 10);
    expectClose(a, b, 1e-6);
    expectClose(da, db, 1e-7);
  });

  it('keeps a loss below the spacing of floats around 1, and -Infinity where no target is', () => {
    const [loss] = run(Float32Array.of(0, -20, -Infinity, 0, -20, -Infinity), bench.f32([1, 0, 0, 0, 1, 0]), 0, 2, 3);
    expect(loss[0]! / (scale * Math.log1p(Math.exp(-20)))).toBeCloseTo(1, 5);
    expect(loss[1]! / (scale * (20 + Math.log1p(Math.exp(-20))))).toBeCloseTo(1, 5);
  });
});

describe('sigmoidCrossEntropy', () => {
  const reference = (z: number, y: number): number => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
  const specials = [0, -0, 1e-40, -1e-40, 20, -20, 90, -90, 120, -120, 1e30, -1e30];

  it.each([...SIZES, 2500])('%i elements, loss and gradient together or alone', (n) => {
    const z = Float32Array.from([...specials, ...numbers(n, 5, -9, 9)].slice(0, n));
    const t = numbers(n, 6, 0, 1);
    const from = bench.f32(z);
    const target = bench.f32(t);
    const other = bench.out(n);
    const scale = 0.5;
    const loss = inSlices(bench, blank(n), n, (y, b, e) =>
      kernels.sigmoidCrossEntropy(from, target, 0, y, other, scale, b, e),
    );
    const dz = inSlices(bench, blank(n), n, (y, b, e) =>
      kernels.sigmoidCrossEntropy(from, target, 0, 0, y, scale, b, e),
    );
    const alone = inSlices(bench, blank(n), n, (y, b, e) =>
      kernels.sigmoidCrossEntropy(from, target, 0, y, 0, scale, b, e),
    );
    expect([...alone]).toEqual([...loss]);
    expect([...bench.readF32(other, n)]).toEqual([...dz]);
    expectClose(
      loss,
      [...z].map((v, i) => scale * reference(v, t[i]!)),
      1e-6,
    );
    expectClose(
      dz,
      [...z].map((v, i) => scale * (1 / (1 + Math.exp(-v)) - t[i]!)),
      3e-7,
    );
  });

  it('weights of elements multiply loss and gradient', () => {
    const n = 1030;
    const [z, t, w] = [numbers(n, 5, -9, 9), numbers(n, 6, 0, 1), numbers(n, 7, 0, 3)];
    const [from, target, weights, dz] = [bench.f32(z), bench.f32(t), bench.f32(w), bench.out(n)];
    const loss = inSlices(bench, blank(n), n, (y, b, e) =>
      kernels.sigmoidCrossEntropy(from, target, weights, y, dz, 0.5, b, e),
    );
    const expected = Array.from(z, (v, i) => 0.5 * w[i]! * reference(v, t[i]!));
    expectClose(loss, expected, 1e-6);
    const slopes = Array.from(z, (v, i) => 0.5 * w[i]! * (1 / (1 + Math.exp(-v)) - t[i]!));
    expectClose(bench.readF32(dz, n), slopes, 1e-6);
  });

  it('lets NaN through', () => {
    const loss = bench.out(1);
    const dz = bench.out(1, 0);
    kernels.sigmoidCrossEntropy(bench.f32([NaN]), bench.f32([1]), 0, loss, dz, 1, 0, 1);
    expect([bench.readF32(loss, 1)[0], bench.readF32(dz, 1)[0]]).toEqual([NaN, NaN]);
  });
});

describe('crossEntropyRows', () => {
  const log = (p: number): number => Math.log(Number.isNaN(p) ? NaN : Math.max(p, TINY));

  it('agrees with the definition for both kinds of target', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 7 }), fc.nat(), (cols, rows, seed) => {
        bench.reset();
        const p = numbers(rows * cols, seed, -0.1, 1).map((v) => Math.max(v, 0));
        const t = probabilities(rows, cols);
        const classes = Array.from({ length: rows }, (_, r) => ((seed + r) % (cols + 2)) - 1);
        const from = bench.f32(p);
        const target = bench.f32(t);
        const list = bench.i32(classes);
        const soft = inSlices(bench, blank(rows), rows, (y, b, e) =>
          kernels.crossEntropyRows(from, target, 0, y, rows, cols, 0.5, b, e),
        );
        const hard = inSlices(bench, blank(rows), rows, (y, b, e) =>
          kernels.crossEntropyRows(from, list, 1, y, rows, cols, 0.5, b, e),
        );
        const pRows = rowsOf(p, rows, cols);
        expectClose(
          soft,
          rowsOf(t, rows, cols).map((row, r) => -0.5 * dot(row, pRows[r]!.map(log))),
          1e-6,
        );
        expectClose(
          hard,
          classes.map((k, r) => -0.5 * (k in pRows[r]! ? log(pRows[r]![k]!) : NaN)),
          1e-6,
        );
      }),
    );
  });

  it('lets NaN through', () => {
    const y = bench.out(2, 0);
    kernels.crossEntropyRows(bench.f32([NaN, 1]), bench.f32([1, 0]), 0, y, 1, 2, 1, 0, 1);
    kernels.crossEntropyRows(bench.f32([NaN, 1]), bench.i32([0]), 1, y + 4, 1, 2, 1, 0, 1);
    expect([...bench.readF32(y, 2)]).toEqual([NaN, NaN]);
  });
});
