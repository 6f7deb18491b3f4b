import { finiteNumber, flag, knownOptions, wholeNumber } from '../core/checks.js';
import { Table, type Dataset, type Preprocessing } from '../data/index.js';
import { checkDataset } from '../data/dataset.js';
import { shuffled } from '../core/shuffled.js';
import { classesOf, inOrder, splitRows } from '../data/strata.js';
import { labelClasses } from '../data/table/splitting.js';
import { checkEither } from '../data/trainTestSplit.js';
import { seedWords } from '../tensors/creation.js';

export interface KFoldOptions {
  /** Number of folds, 2 to the number of rows. Default 5. */
  readonly k?: number | undefined;
  /** Whole number >= 0. Default 0. */
  readonly seed?: number | undefined;
  /** Whether all folds have the same proportion of every class. Default false. */
  readonly stratified?: boolean | undefined;
  /** Whether the rows are in the order of time: a fold is trained on rows before its test rows. Default false. */
  readonly timeOrdered?: boolean | undefined;
}

/** Options of a hold-out, of which `k` folds take the place if there is none. */
interface HoldOut extends Omit<KFoldOptions, 'k'> {
  /** Fraction of the rows to test on, between 0 and 1. */
  readonly holdOut: number;
}

/** What a fold takes its rows from: a dataset, or a table with what was fitted on the training rows. */
interface FoldRows {
  readonly preprocessing?: Preprocessing;
  readonly train: () => Dataset;
  readonly test: () => Dataset;
}

function rowsOf(data: Dataset | Table, train: Uint32Array, test: Uint32Array): FoldRows {
  if (!(data instanceof Table)) return { train: () => data.subset(train), test: () => data.subset(test) };
  const preprocessing = data.fitted(train);
  return {
    preprocessing,
    train: () => data.trainingRows(preprocessing, train),
    test: () => data.otherRows(preprocessing, test),
  };
}

/** One split of the rows. Its datasets are made when they are read, not all k at once. */
export class Fold {
  /** Rows to train on. */
  readonly trainIndices: Uint32Array;
  /** Rows to test on. */
  readonly testIndices: Uint32Array;
  readonly #data: Dataset | Table;
  #rows: FoldRows | undefined;

  /** @internal */
  constructor(data: Dataset | Table, trainIndices: Uint32Array, testIndices: Uint32Array) {
    this.#data = data;
    this.trainIndices = trainIndices;
    this.testIndices = testIndices;
  }

  get #source(): FoldRows {
    return (this.#rows ??= rowsOf(this.#data, this.trainIndices, this.testIndices));
  }

  /** The training rows, copied at every access. */
  get train(): Dataset {
    return this.#source.train();
  }

  /** The test rows, copied at every access. */
  get test(): Dataset {
    return this.#source.test();
  }

  /** Of the folds of a table: fitted on the training rows of this fold, it has encoded both parts. */
  get preprocessing(): Preprocessing | undefined {
    return this.#source.preprocessing;
  }
}

/**
 * Shuffles the rows by the seed and splits them into k test sets, whose sizes differ by at most one row; a fold's
 * training set has all other rows. With `stratified`, folds differ by at most one row in any class. Classes are integer
 * targets, one-hot rows, or single whole numbers; a class of fewer than k rows is missing from some test sets.
 *
 * With `timeOrdered`, the test sets are the last k blocks of floor(size / (k + 1)) rows, and a fold's training set has all
 * rows before its test set (scikit-learn's TimeSeriesSplit).
 *
 * @param data made by `dataset(x, y)`, or a `table`, whose preprocessing is then fitted on the training rows of each fold
 * @returns k folds `{ train, test, trainIndices, testIndices, preprocessing }`
 * @throws RangeError when k is larger than the data; TypeError for unknown options, and for targets that are not
 *   classes
 * @example
 * ```ts
 * import { dataset } from 'wasmgrad/data';
 * import { kFold } from 'wasmgrad/selection';
 * const data = dataset([[1], [2], [3], [4], [5]], [0, 1, 0, 1, 0]);
 * for (const { train, test } of kFold(data, { k: 5, seed: 1 })) console.log(train.size, test.size); // 4 1
 * ```
 */
export function kFold(data: Dataset | Table, options: KFoldOptions = {}): Fold[] {
  return partition('kFold', data, knownOptions('kFold', options, ['k', 'seed', 'stratified', 'timeOrdered']));
}

/** `kFold` for another function, `where`, which the error messages name. */
export function partition(where: string, data: Dataset | Table, options: KFoldOptions, kName = 'k'): Fold[] {
  const { size } = data instanceof Table ? data : checkDataset(where, data);
  const stratified = flag(where, 'stratified', options.stratified ?? false);
  const timeOrdered = flag(where, 'timeOrdered', options.timeOrdered ?? false);
  checkEither(where, stratified, timeOrdered);
  const k = wholeNumber(where, kName, options.k ?? 5, { min: 2, max: timeOrdered ? size - 1 : size });
  const seed = wholeNumber(where, 'seed', options.seed ?? 0, { min: 0 });
  if (timeOrdered) return timeFolds(data, size, k);
  const order = shuffled(size, seedWords(where, seed), 0);
  const classes = data instanceof Table ? () => labelClasses(where, data.parts) : () => classesOf(where, data);
  const foldOf = stratified ? dealByClass(order, classes(), k) : cut(size, k);
  return Array.from({ length: k }, (_, fold) => {
    const train = order.filter((_row, i) => foldOf[i] !== fold);
    const test = order.filter((_row, i) => foldOf[i] === fold);
    return new Fold(data, train, test);
  });
}

/** A single split: the last rows in time, or shuffled ones, as many as `trainTestSplit` takes. */
export function holdOutFold(where: string, data: Dataset | Table, { holdOut, ...options }: HoldOut): Fold {
  const { size } = data instanceof Table ? data : checkDataset(where, data);
  const stratified = flag(where, 'stratified', options.stratified ?? false);
  const timeOrdered = flag(where, 'timeOrdered', options.timeOrdered ?? false);
  checkEither(where, stratified, timeOrdered);
  const fraction = finiteNumber(where, 'holdOut', holdOut, { above: 0, below: 1 });
  const classes = (): ArrayLike<number> =>
    data instanceof Table ? labelClasses(where, data.parts) : classesOf(where, data);
  const { train, test } = splitRows(where, size, {
    fraction,
    key: seedWords(where, options.seed),
    classes: stratified ? classes() : undefined,
    timeOrder: timeOrdered ? inOrder(size) : undefined,
  });
  return new Fold(data, train, test);
}

/** Blocks of the last rows, each with all rows before it. */
function timeFolds(data: Dataset | Table, size: number, k: number): Fold[] {
  const rows = inOrder(size);
  const width = Math.floor(size / (k + 1));
  return Array.from({ length: k }, (_, fold) => {
    const begin = size - (k - fold) * width;
    return new Fold(data, rows.slice(0, begin), rows.slice(begin, begin + width));
  });
}

/** The fold of every position: k pieces whose sizes differ by at most one row. */
function cut(size: number, k: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, i) => Math.floor((i * k) / size));
}

/** The fold of every position. The rows, sorted by class, go to the folds in turn. */
function dealByClass(order: Uint32Array, classes: ArrayLike<number>, k: number): Uint32Array {
  const positions = Array.from(order.keys()).sort((i, j) => classes[order[i]!]! - classes[order[j]!]! || i - j);
  const foldOf = new Uint32Array(order.length);
  positions.forEach((position, i) => (foldOf[position] = i % k));
  return foldOf;
}
