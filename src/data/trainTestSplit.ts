import { refuse } from '../core/errors.js';
import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import { seedWords } from '../tensors/creation.js';
import { checkDataset, type Dataset } from './dataset.js';
import { classesOf, inOrder, splitRows } from './strata.js';

export interface SplitOptions {
  /** Fraction of the rows in `test`, between 0 and 1. Default 0.25. */
  readonly testFraction?: number | undefined;
  /** Whole number >= 0. Default 0. */
  readonly seed?: number | undefined;
  /** Whether both parts have the same proportion of every class. Default false. */
  readonly stratified?: boolean | undefined;
  /** Whether the rows are in the order of time: the last ones become `test`, and nothing is shuffled. Default false. */
  readonly timeOrdered?: boolean | undefined;
}

export interface Split {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** Refuses to stratify and to keep the order of time at once. */
export function checkEither(where: string, stratified: boolean, timeOrdered: boolean): void {
  if (stratified && timeOrdered) refuse(RangeError, where, 'either stratified or timeOrdered', 'both');
}

/**
 * Shuffles the rows and splits them. `test` gets ceil(size * testFraction) rows, as in scikit-learn. Both parts are
 * copies.
 *
 * @throws TypeError, RangeError for unknown or impossible options, for targets that are no classes with `stratified`, and
 *   when either part would be empty
 * @example
 * ```ts
 * import { dataset, trainTestSplit } from 'wasmgrad/data';
 * const data = dataset([[1], [2], [3], [4]], [1, 4, 9, 16]);
 * const { train, test } = trainTestSplit(data, { testFraction: 0.25, seed: 1 });
 * console.log(train.size, test.size); // 3 1
 * ```
 */
export function trainTestSplit(data: Dataset, options: SplitOptions = {}): Split {
  const where = 'trainTestSplit';
  const { size } = checkDataset(where, data);
  const known = knownOptions(where, options, ['testFraction', 'seed', 'stratified', 'timeOrdered']);
  const { testFraction = 0.25, seed = 0, stratified = false, timeOrdered = false } = known;
  const fraction = finiteNumber(where, 'testFraction', testFraction, { above: 0, below: 1 });
  checkEither(where, flag(where, 'stratified', stratified), flag(where, 'timeOrdered', timeOrdered));
  const rows = splitRows(where, size, {
    fraction,
    key: seedWords(where, seed),
    classes: stratified ? classesOf(where, data) : undefined,
    timeOrder: timeOrdered ? inOrder(size) : undefined,
  });
  return { train: data.subset(rows.train), test: data.subset(rows.test) };
}
