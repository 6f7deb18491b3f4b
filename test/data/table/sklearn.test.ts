// What scikit-learn makes of the same table (references/make.py).
import { expect, it } from 'vitest';
import { dataset, table, trainTestSplit, type TableOptions, type TableRow } from '../../../src/data/index.js';
import { kFold } from '../../../src/selection/index.js';
import references from './references/sklearn.json';

const { train: TRAIN } = references;
const rows: readonly TableRow[] = references.rows;
const tested = rows.length - TRAIN;

/** The table of the columns, fitted on the first rows: inputs of all of its rows by name. */
function encoded(options: TableOptions & { readonly only: string }): Record<string, number[]> {
  const { only, ...rest } = options;
  const kept = rows.map((row) => ({ [only]: row[only], won: row['won'] }));
  const read = table(kept, { label: 'won', ...rest });
  const { train, test, preprocessing } = read.split({ testFraction: tested / rows.length, timeOrdered: true });
  const width = preprocessing.inputs.length;
  const all = [...train.x, ...test.x];
  return Object.fromEntries(preprocessing.inputs.map((name, i) => [name, all.filter((_, at) => at % width === i)]));
}

function expectClose(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual?.[i]).toBeCloseTo(value, 5));
}

it.each(['age', 'income'] as const)('imputes and standardises %s', (name) => {
  const found = encoded({ only: name });
  expectClose(found[name], references[name].values);
  expectClose(found[`${name}:missing`], references[name].missing);
});

it.each([
  ['city', {}],
  ['rare', { minFrequency: 5 }],
  ['few', { maxCategories: 2 }], // scikit-learn counts the input of the rare ones
] as const)('one-hot: %s', (key, options) => {
  const { names, values } = references[key];
  const found = encoded({ only: 'city', ...options });
  const own = names.map((name) => (name.endsWith('infrequent_sklearn') ? 'city:other' : name.replace('_', '=')));
  expect(Object.keys(found)).toEqual([...own, 'city:missing']);
  own.forEach((name, i) => {
    expectClose(
      found[name],
      values.map((row) => row[i] ?? NaN),
    );
  });
});

it('puts means of the target in place of words', () => {
  const binary = rows.map(({ city, won }) => ({ city, won: won === 'yes' }));
  const read = table(binary, { label: 'won', maxCategories: 0, highCardinality: 'target', smoothing: 10 });
  const { test, preprocessing } = read.split({ testFraction: tested / rows.length, timeOrdered: true });
  expect(preprocessing.inputs).toEqual(['city:target', 'city:missing']);
  expectClose([...test.x].filter((_, i) => i % 2 === 0), references.target.test); // prettier-ignore
});

it('stratified folds and splits have as many of every class', () => {
  const read = table(rows, { label: 'won', columns: { city: 'ignore' } });
  const { y } = read.dataset;
  const counts = (indices: Iterable<number>): number[] =>
    [0, 1, 2].map((kind) => [...indices].filter((row) => y?.[row] === kind).length);
  const folds = kFold(read, { k: 5, stratified: true }).map(({ testIndices }) => counts(testIndices));
  // Ours differ by one row in every class, and in their sizes, too; so the sums over all folds are the same
  expect(folds.reduce((sum, fold) => sum.map((n, i) => n + (fold[i] ?? 0)))).toEqual(
    references.folds.reduce((sum, fold) => sum.map((n, i) => n + (fold[i] ?? 0))),
  );
  for (const kind of [0, 1, 2]) {
    const of = (list: readonly number[][]): number[] => list.map((fold) => fold[kind] ?? 0).sort((a, b) => a - b);
    expect(of(folds)).toEqual(of(references.folds));
  }
  const { test } = trainTestSplit(read.dataset, { testFraction: 0.25, stratified: true });
  expect(counts(test.y?.keys() ?? []).length).toBe(3);
  expect([0, 1, 2].map((kind) => test.y?.filter((value) => value === kind).length)).toEqual(references.stratified);
});

it.each(references.time)('time folds of $size rows, k = $k', ({ size, k, folds }) => {
  const data = dataset(
    Array.from({ length: size }, (_, i) => [i]),
    new Float32Array(size),
  );
  const found = kFold(data, { k, timeOrdered: true }).map(({ trainIndices, testIndices }) => [
    [...trainIndices],
    [...testIndices],
  ]);
  expect(found).toEqual(folds);
});
