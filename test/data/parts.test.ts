// Datasets of several inputs and targets.
import { describe, expect, it } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/core/errors.js';
import { dataset, trainTestSplit, type Dataset } from '../../src/data/index.js';
import { packRows } from '../../src/models/index.js';
import { kFold } from '../../src/selection/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';
import { typed } from '../support/typed.js';
import { B, byName, dispose, kinds, left, losses, right, sizes } from '../models/twoByTwo.js';

withRuntime();

describe('dataset', () => {
  const data = (): Dataset =>
    dataset({ left, right }, { kind: kinds, size: sizes }, { shape: { left: [4], right: [3] } });

  it('puts rows side by side, and parts stay what they are in subsets, slices, splits and folds', () => {
    const whole = data();
    expect([whole.size, whole.xShape, whole.yShape]).toEqual([B, [7], [3]]);
    expect(Array.from(whole.x)).toEqual(Array.from(packRows(B, left, right)));
    const network = byName();
    const { train, test } = trainTestSplit(whole, { testFraction: 0.5 });
    const folds = [...kFold(whole, { k: 3 })].flatMap(({ train: most, test: rest }) => [most, rest]);
    for (const part of [whole.subset([3, 1]), whole.slice(2, 5), train, test, ...folds]) {
      expect(part.inputs?.map(({ name }) => name)).toEqual(['left', 'right']);
      expect(network.evaluate(part, { loss: losses }).loss).toBeGreaterThan(0);
    }
    dispose(network);
  });

  it('an array without a tensor is rows of one input, typed arrays too', () => {
    const rows = dataset([Float32Array.of(1, 2), Float32Array.of(3, 4)], [1, 2]);
    expect([rows.size, rows.xShape, rows.inputs]).toEqual([2, [2], undefined]);
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const listed = dataset([x, Float32Array.of(5, 6)], [1, 2]);
    expect([listed.size, listed.xShape]).toEqual([2, [3]]);
    expect(Array.from(listed.x)).toEqual([1, 2, 5, 3, 4, 6]);
    dispose(x);
  });

  it.each([
    [
      'different numbers of rows',
      () => dataset({ a: [[1], [2]], b: [[1]] }),
      ShapeError,
      'dataset: x.b: expected 2 rows as in the first, got 1',
    ],
    [
      'different numbers of targets',
      () => dataset({ a: [[1], [2]] }, { y: [[1]] }),
      ShapeError,
      'dataset: y.y: expected as many rows in y as in x, got 1 and 2',
    ],
    [
      'NaN',
      () => dataset({ a: [[1], [NaN]] }),
      NonFiniteError,
      'dataset: x.a: expected finite x, got NaN in row 1, element 0',
    ],
    [
      'text',
      () => dataset(wrong({ a: 'text' })),
      TypeError,
      "dataset: x.a: expected numbers, nested arrays or a typed array, got 'text'",
    ],
    [
      'nothing',
      () => dataset({}),
      RangeError,
      'dataset: expected at least one row with at least one number, got empty x',
    ],
    [
      'an empty input',
      () => dataset({ a: [[1]], b: [] }),
      RangeError,
      'dataset: expected at least one row with at least one number, got empty x',
    ],
    [
      'a shape of nothing',
      () => dataset({ a: [[1]] }, [1], { shape: { b: [1] } }),
      TypeError,
      "dataset: shape: expected options a, got unknown option 'b'",
    ],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(typed(type, message));
  });
});
