import { refuse } from '../core/errors.js';
import { flag, knownOptions, show, wholeNumber } from '../core/checks.js';
import { sizeOf } from '../core/shapes.js';
import type { Dataset } from '../data/index.js';
import { checkDataset } from '../data/dataset.js';
import { shuffled } from '../data/permutation.js';
import { seedWords } from '../tensors/creation.js';

export interface KFoldOptions {
  /** Number of folds, 2 to the number of rows. Default 5. */
  readonly k?: number | undefined;
  /** Whole number >= 0. Default 0. */
  readonly seed?: number | undefined;
  /** Whether all folds have the same proportion of every class. Default false. */
  readonly stratified?: boolean | undefined;
}

/** One split of the rows. Its datasets are made when they are read, not all k at once. */
export class Fold {
  /** Rows to train on. */
  readonly trainIndices: Uint32Array;
  /** Rows to test on. Each row is in the test set of exactly one fold. */
  readonly testIndices: Uint32Array;
  readonly #data: Dataset;

  /** @internal */
  constructor(data: Dataset, trainIndices: Uint32Array, testIndices: Uint32Array) {
    this.#data = data;
    this.trainIndices = trainIndices;
    this.testIndices = testIndices;
  }

  /** The training rows, copied at every access. */
  get train(): Dataset {
    return this.#data.subset(this.trainIndices);
  }

  /** The test rows, copied at every access. */
  get test(): Dataset {
    return this.#data.subset(this.testIndices);
  }
}

/**
 * Shuffles the rows by the seed and splits them into k test sets, whose sizes differ by at most one row; a fold's
 * training set has all other rows. With `stratified`, folds differ by at most one row in any class. Classes are integer
 * targets, one-hot rows, or single whole numbers; a class of fewer than k rows is missing from some test sets.
 *
 * @param data made by `dataset(x, y)`
 * @returns k folds `{ train, test, trainIndices, testIndices }`
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
export function kFold(data: Dataset, options: KFoldOptions = {}): Fold[] {
  return partition('kFold', data, knownOptions('kFold', options, ['k', 'seed', 'stratified']));
}

/** `kFold` for another function, `where`, which the error messages name. */
export function partition(where: string, data: Dataset, options: KFoldOptions, kName = 'k'): Fold[] {
  const { size } = checkDataset(where, data);
  const k = wholeNumber(where, kName, options.k ?? 5, { min: 2, max: size });
  const seed = wholeNumber(where, 'seed', options.seed ?? 0, { min: 0 });
  const stratified = flag(where, 'stratified', options.stratified ?? false);
  const order = shuffled(size, seedWords(where, seed), 0);
  const foldOf = stratified ? dealByClass(order, classesOf(where, data), k) : cut(size, k);
  return Array.from({ length: k }, (_, fold) => {
    const train = order.filter((_row, i) => foldOf[i] !== fold);
    const test = order.filter((_row, i) => foldOf[i] === fold);
    return new Fold(data, train, test);
  });
}

/** The fold of every position: k pieces whose sizes differ by at most one row. */
function cut(size: number, k: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, i) => Math.floor((i * k) / size));
}

/** The fold of every position. The rows, sorted by class, go to the folds in turn. */
function dealByClass(order: Uint32Array, classes: Float64Array, k: number): Uint32Array {
  const positions = Array.from(order.keys()).sort((i, j) => classes[order[i]!]! - classes[order[j]!]! || i - j);
  const foldOf = new Uint32Array(order.length);
  positions.forEach((position, i) => (foldOf[position] = i % k));
  return foldOf;
}

/** The class of every row. */
function classesOf(where: string, { y, yShape, size }: Dataset): Float64Array {
  if (!y) refuse(TypeError, where, 'data with targets to stratify by', 'inputs only');
  const width = sizeOf(yShape);
  return Float64Array.from({ length: size }, (_, row) => {
    const values = y.subarray(row * width, (row + 1) * width);
    const [single = NaN] = values;
    if (width === 1 && Number.isInteger(single)) return single;
    const hot = values.indexOf(1);
    if (width > 1 && hot >= 0 && values.every((value, i) => value === (i === hot ? 1 : 0))) return hot;
    refuse(
      TypeError,
      where,
      'targets to be classes (indices or one-hot rows) to stratify by',
      `${show(Array.from(values))} in row ${row}`,
    );
  });
}
