import { refuse } from '../core/errors.js';
import { finiteNumber, knownOptions } from '../core/checks.js';
import { seedWords } from '../tensors/creation.js';
import { shuffled } from './permutation.js';
import { checkDataset, type Dataset } from './dataset.js';

export interface SplitOptions {
  /** Fraction of the rows in `test`, between 0 and 1. Default 0.25. */
  readonly testFraction?: number | undefined;
  /** Whole number >= 0. Default 0. */
  readonly seed?: number | undefined;
}

export interface Split {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * Shuffles the rows and splits them. `test` gets ceil(size * testFraction) rows, as in scikit-learn. Both parts are
 * copies.
 *
 * @throws TypeError, RangeError for unknown or impossible options, and when either part would be empty
 * @example
 * ```ts
 * import { dataset, trainTestSplit } from 'wasmgrad/data';
 * const data = dataset([[1], [2], [3], [4]], [1, 4, 9, 16]);
 * const { train, test } = trainTestSplit(data, { testFraction: 0.25, seed: 1 });
 * console.log(train.size, test.size); // 3 1
 * ```
 */
export function trainTestSplit(data: Dataset, options: SplitOptions = {}): Split {
  const { size } = checkDataset('trainTestSplit', data);
  const { testFraction = 0.25, seed = 0 } = knownOptions('trainTestSplit', options, ['testFraction', 'seed']);
  finiteNumber('trainTestSplit', 'testFraction', testFraction, { above: 0, below: 1 });
  const testSize = Math.ceil(size * testFraction);
  if (testSize === size) {
    refuse(RangeError, 'trainTestSplit', 'rows for both parts', `${size} and testFraction ${testFraction}`);
  }
  const order = shuffled(size, seedWords('trainTestSplit', seed), 0);
  return { train: data.subset(order.subarray(testSize)), test: data.subset(order.subarray(0, testSize)) };
}
