// Found class, right class and rank of the latter against their definition; of logits, against the same on softmax.
import { beforeEach, describe, expect, it } from 'vitest';
import { kernelBench } from '../../support/kernels.js';
import { blank, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

/** The first of the largest values, where NaN is larger than nothing. */
function best(row: readonly number[]): number {
  let found = 0;
  row.forEach((value, k) => {
    if (value > row[found]!) found = k;
  });
  return found;
}

function expected(row: readonly number[], own: number): number[] {
  const score = row[own] ?? NaN;
  const before = row.filter((value, k) => (k < own ? value >= score : value > score)).length;
  return [best(row), own, Number.isNaN(score) ? Infinity : before];
}

interface Rows {
  readonly values: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

function ranks({ values, labels }: Rows, isLogits: boolean, oneHot = false): number[][] {
  const [rows, cols] = [values.length, values[0]!.length];
  const x = bench.f32(values.flat());
  const hot = labels.flatMap((label) => Array.from({ length: cols }, (_, k) => Number(k === label)));
  const target = oneHot ? bench.f32(hot) : bench.i32(labels);
  const found = inSlices(bench, blank(3 * rows), rows, (y, begin, end) =>
    kernels.rankRows(x, target, Number(!oneHot), Number(isLogits), y, cols, begin, end),
  );
  return Array.from({ length: rows }, (_, r) => Array.from(found.subarray(3 * r, 3 * r + 3)));
}

function softmax(values: Rows['values']): number[][] {
  const [rows, cols] = [values.length, values[0]!.length];
  const y = bench.out(rows * cols);
  kernels.softmaxRows(bench.f32(values.flat()), y, rows, cols, 0, rows);
  const p = bench.readF32(y, rows * cols);
  return Array.from({ length: rows }, (_, r) => Array.from(p.subarray(r * cols, (r + 1) * cols)));
}

/** Checks both kinds of values and of targets. */
function check(rows: Rows): void {
  const values = rows.values.map((row) => row.map(Math.fround));
  const of = (them: Rows['values']): number[][] => them.map((row, r) => expected(row, rows.labels[r]!));
  for (const oneHot of [false, true]) {
    expect(ranks({ ...rows, values }, false, oneHot)).toEqual(of(values));
    expect(ranks({ ...rows, values }, true, oneHot)).toEqual(of(softmax(values)));
  }
}

const COLUMNS = [1, 2, 3, 4, 5, 7, 8, 9, 17, 64, 100];

/** Rows of these values, each with a label. */
const rowsOf = (rows: number, cols: number, valueOf: (i: number) => number): Rows => ({
  values: Array.from({ length: rows }, (_, r) => Array.from({ length: cols }, (__, k) => valueOf(r * cols + k))),
  labels: Array.from({ length: rows }, (_, r) => (r * 7) % cols),
});

describe.each(COLUMNS)('%i classes', (cols) => {
  const given = numbers(12 * cols, cols, -8, 8);

  it('any values, and many equal ones', () => {
    check(rowsOf(12, cols, (i) => given[i]!));
    check(rowsOf(12, cols, (i) => Math.round(given[i]! / 4)));
    check(rowsOf(12, cols, () => 0.5));
  });

  it('logits that differ so little that probabilities may be equal', () => {
    for (const [scale, offset] of [[1e-9, 0], [1e-8, 0.3], [3e-8, 0.7], [1e-7, 1], [1e-6, 4], [1e-5, 30]] as const)
      check(rowsOf(12, cols, (i) => offset + scale * given[i]!)); // prettier-ignore
  });

  it('logits so far apart that probabilities are subnormal or 0', () => {
    for (const scale of [8, 11, 13, 100, 1e30]) check(rowsOf(12, cols, (i) => scale * given[i]!));
  });

  it('NaN and infinities', () => {
    for (const special of [NaN, Infinity, -Infinity]) {
      check(rowsOf(12, cols, (i) => (i % 5 === 2 ? special : given[i]!)));
      check(rowsOf(12, cols, (i) => (i % cols === 0 ? special : given[i]!)));
      check(rowsOf(3, cols, () => special));
    }
  });
});

it('labels that are no classes are found nowhere', () => {
  const rows = { values: [[1, 2], [2, 1], [0, 0]], labels: [-1, 2, 2 ** 20] }; // prettier-ignore
  for (const isLogits of [false, true]) expect(ranks(rows, isLogits).map(([, , rank]) => rank)).toEqual([Infinity, Infinity, Infinity]); // prettier-ignore
});

it('exp is 1 down to -2^-25, and smaller below: softmax has its maximum there alone', () => {
  const d = Array.from({ length: 400 }, (_, i) => -(2 ** -25) * (1 + (i - 200) / 2 ** 20));
  const p = softmax(d.map((each) => [0, each]));
  d.forEach((each, i) => expect(p[i]![1] === p[i]![0], `${each}`).toBe(Math.fround(each) >= -(2 ** -25)));
});
