import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { blank, expectClose, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => {
  bench.reset();
});

const EPSILON = 1e-3;
const NEAR = 2e-6;

interface Group {
  readonly mean: number;
  readonly variance: number;
}

function moments(values: readonly number[]): Group {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((total, v) => total + (v - mean) ** 2, 0) / values.length };
}

const columnsOf = (x: Float32Array, cols: number): Group[] =>
  Array.from({ length: cols }, (_, c) => moments([...x.filter((__, i) => i % cols === c)]));
const rowsOf = (x: Float32Array, rows: number, cols: number): Group[] =>
  Array.from({ length: rows }, (_, r) => moments([...x.subarray(r * cols, (r + 1) * cols)]));

/** dx, dgamma and dbeta of (x - mean) / deviation * gamma + beta by the textbook, groups along rows or columns. */
function gradient64(
  dy: Float32Array,
  x: Float32Array,
  gamma: Float32Array,
  groups: readonly Group[],
  along: 'rows' | 'columns',
): { dx: number[]; dgamma: number[]; dbeta: number[] } {
  const cols = gamma.length;
  const of = (i: number): number => (along === 'rows' ? Math.floor(i / cols) : i % cols);
  const deviation = groups.map(({ variance }) => Math.sqrt(variance + EPSILON));
  const h = [...x].map((v, i) => (v - groups[of(i)]!.mean) / deviation[of(i)]!);
  const g = [...dy].map((v, i) => v * gamma[i % cols]!);
  const sums = (values: number[], key: (i: number) => number, length: number): number[] => {
    const totals = new Array<number>(length).fill(0);
    values.forEach((v, i) => (totals[key(i)]! += v));
    return totals;
  };
  const count = x.length / groups.length;
  const first = sums(g, of, groups.length).map((v) => v / count);
  const second = sums(
    g.map((v, i) => v * h[i]!),
    of,
    groups.length,
  ).map((v) => v / count);
  return {
    dx: g.map((v, i) => (v - first[of(i)]! - h[i]! * second[of(i)]!) / deviation[of(i)]!),
    dgamma: sums(
      [...dy].map((v, i) => v * h[i]!),
      (i) => i % cols,
      cols,
    ),
    dbeta: sums([...dy], (i) => i % cols, cols),
  };
}

const shapes = [1, 2, 3, 4, 5, 8, 15, 33, 64].flatMap((n): [number, number][] => [
  [n, 5],
  [6, n],
]);
shapes.push([1, 1], [1500, 3], [5, 500], [70, 70]);

/** Runs a kernel that writes several columns' worth of results in slices of columns; one result is looked at. */
function eachOf(names: readonly string[], run: (name: string) => void): void {
  for (const name of names) run(name);
}

describe.each([0, 1e4])('with mean %d', (centre) => {
  it.each(shapes)('columns of [%i, %i]', (rows, cols) => {
    const size = rows * cols;
    const values = numbers(size, 1).map((v) => v + centre);
    const gammas = numbers(cols, 2);
    const betas = numbers(cols, 3);
    const cotangent = numbers(size, 4);
    const groups = columnsOf(values, cols);
    const [x, gamma, beta, dy] = [values, gammas, betas, cotangent].map((each) => bench.f32(each)) as Four;
    const found: Record<string, Float32Array> = {};
    eachOf(['mean', 'variance', 'terms'], (name) => {
      const length = name === 'terms' ? 3 * cols : cols;
      // Terms lie column by column in three stretches, which slices of columns fill piece by piece.
      const scratch = { mean: bench.out(cols), variance: bench.out(cols), terms: bench.out(4 * cols) };
      if (name === 'terms') {
        kernels.columnMoments(
          x,
          gamma,
          beta,
          scratch.mean,
          scratch.variance,
          scratch.terms,
          rows,
          cols,
          EPSILON,
          0,
          cols,
        );
        found[name] = bench.readF32(scratch.terms, length);
        return;
      }
      found[name] = inSlices(bench, blank(cols), cols, (out, begin, end) => {
        const to = { ...scratch, [name]: out };
        kernels.columnMoments(x, gamma, beta, to.mean, to.variance, to.terms, rows, cols, EPSILON, begin, end);
      });
    });
    expectClose(found['mean']!, groups.map(({ mean }) => mean), NEAR); // prettier-ignore
    expectClose(found['variance']!, groups.map(({ variance }) => variance), NEAR); // prettier-ignore

    const terms = bench.f32([...found['terms']!, ...new Float32Array(cols)]);
    const y = inSlices(bench, blank(size), rows, (out, begin, end) => {
      kernels.normalizeColumns(x, 0, terms, out, cols, begin, end);
    });
    const standard = (i: number): number =>
      (values[i]! - groups[i % cols]!.mean) / Math.sqrt(groups[i % cols]!.variance + EPSILON);
    expectClose(y, [...values].map((_, i) => standard(i) * gammas[i % cols]! + betas[i % cols]!), 4e-6); // prettier-ignore

    const [mean, variance] = [bench.f32(found['mean']!), bench.f32(found['variance']!)];
    const expected = gradient64(cotangent, values, gammas, groups, 'columns');
    const back = bench.out(4 * cols);
    eachOf(['dgamma', 'dbeta'], (name) => {
      const scratch = { dgamma: bench.out(cols), dbeta: bench.out(cols) };
      const got = inSlices(bench, blank(cols), cols, (out, begin, end) => {
        const to = { ...scratch, [name]: out };
        const [r, c] = [rows, cols];
        kernels.columnGradientSums(dy, x, gamma, mean, variance, to.dgamma, to.dbeta, back, r, c, EPSILON, begin, end);
      });
      expectClose(got, name === 'dgamma' ? expected.dgamma : expected.dbeta, 1e-5);
    });
    const dx = inSlices(bench, blank(size), rows, (out, begin, end) => {
      kernels.normalizeColumns(x, dy, back, out, cols, begin, end);
    });
    // Where variance is 0 the gradient is divided by sqrt(epsilon) alone, and so are the roundings.
    expectClose(dx, expected.dx, 4e-5);
  });

  it.each(shapes)('rows of [%i, %i]', (rows, cols) => {
    const size = rows * cols;
    const values = numbers(size, 1).map((v) => v + centre);
    const gammas = numbers(cols, 2);
    const betas = numbers(cols, 3);
    const cotangent = numbers(size, 4);
    const groups = rowsOf(values, rows, cols);
    const [x, gamma, beta, dy] = [values, gammas, betas, cotangent].map((each) => bench.f32(each)) as Four;
    const [mean, inverse] = [bench.out(rows), bench.out(rows)];
    const y = inSlices(bench, blank(size), rows, (out, begin, end) => {
      kernels.normalizeRows(x, gamma, beta, out, mean, inverse, cols, EPSILON, begin, end);
    });
    expectClose(bench.readF32(mean, rows), groups.map((group) => group.mean), NEAR); // prettier-ignore
    const deviation = groups.map(({ variance }) => Math.sqrt(variance + EPSILON));
    expectClose(bench.readF32(inverse, rows), deviation.map((d) => 1 / d), NEAR); // prettier-ignore
    const standard = (i: number): number => {
      const r = Math.floor(i / cols);
      return (values[i]! - groups[r]!.mean) / deviation[r]!;
    };
    expectClose(y, [...values].map((_, i) => standard(i) * gammas[i % cols]! + betas[i % cols]!), 4e-6); // prettier-ignore

    const expected = gradient64(cotangent, values, gammas, groups, 'rows');
    const dx = inSlices(bench, blank(size), rows, (out, begin, end) => {
      kernels.normalizeRowsGradient(dy, x, gamma, mean, inverse, out, cols, begin, end);
    });
    expectClose(dx, expected.dx, 4e-5);
    const spare = bench.out(cols);
    const dgamma = inSlices(bench, blank(cols), cols, (out, begin, end) => {
      kernels.normalizeRowsScaleGradient(dy, x, mean, inverse, out, spare, rows, cols, begin, end);
    });
    // x - mean is rounded with the mean: at 1e4 by half a thousandth of the deviation.
    expectClose(dgamma, expected.dgamma, centre === 0 ? 1e-5 : 2e-2);
    const dbeta = inSlices(bench, blank(cols), cols, (out, begin, end) => {
      kernels.normalizeRowsScaleGradient(dy, x, mean, inverse, spare, out, rows, cols, begin, end);
    });
    expectClose(dbeta, expected.dbeta, 1e-5);
  });
});

it('more columns than the workspace holds sums for are taken in turn', () => {
  const [rows, cols] = [2, 33_000];
  const values = numbers(rows * cols, 1);
  const ones = bench.f32(new Float32Array(cols).fill(1));
  const [mean, variance, terms] = [bench.out(cols), bench.out(cols), bench.out(4 * cols)];
  kernels.columnMoments(bench.f32(values), ones, ones, mean, variance, terms, rows, cols, EPSILON, 0, cols);
  const found = bench.readF32(mean, cols);
  for (const c of [0, 32_767, 32_768, 32_999]) expect(found[c]).toBeCloseTo((values[c]! + values[c + cols]!) / 2, 6);
});

type Four = [number, number, number, number];
