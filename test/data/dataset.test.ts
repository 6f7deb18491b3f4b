import { describe, expect, it } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/core/errors.js';
import { dataset, standardize, type Dataset } from '../../src/data/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

withRuntime();

const summary = (data: Dataset): unknown => ({
  size: data.size,
  x: [...data.x],
  xShape: data.xShape,
  y: data.y && [...data.y],
  yShape: data.yShape,
  indices: data.isIndices,
});

describe('dataset', () => {
  it('takes nested arrays', () => {
    expect(
      summary(
        dataset(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          [[7], [8], [9]],
        ),
      ),
    ).toEqual({
      size: 3,
      x: [1, 2, 3, 4, 5, 6],
      xShape: [2],
      y: [7, 8, 9],
      yShape: [1],
      indices: false,
    });
    expect(
      summary(
        dataset([
          [[1], [2]],
          [[3], [4]],
        ]),
      ),
    ).toEqual({
      size: 2,
      x: [1, 2, 3, 4],
      xShape: [2, 1],
      y: undefined,
      yShape: [],
      indices: false,
    });
    expect(dataset([new Float64Array([1, 2]), new Float64Array([3, 4])], [0, 1]).xShape).toEqual([2]);
  });

  it('takes tensors, also of one axis', () => {
    const [x, y, z] = [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([1, 0], [2], 'i32'),
      tensor([5, 6]),
    ];
    expect(summary(dataset(x, y))).toEqual({
      size: 2,
      x: [1, 2, 3, 4],
      xShape: [2],
      y: [1, 0],
      yShape: [],
      indices: true,
    });
    expect(summary(dataset(z, z))).toEqual({ size: 2, x: [5, 6], xShape: [], y: [5, 6], yShape: [], indices: false });
    for (const t of [x, y, z]) t.dispose();
  });

  it('cuts flat typed arrays into rows', () => {
    const x = Float32Array.from({ length: 12 }, (_, i) => i);
    expect(dataset(x, [1, 2, 3]).xShape).toEqual([4]);
    expect(dataset(x, [1, 2, 3]).x).toBe(x);
    expect(dataset(x, undefined, { shape: [3, 1] })).toMatchObject({ size: 4, xShape: [3, 1] });
    expect(dataset(x, new Float32Array(8), { shape: [3] })).toMatchObject({ size: 4, yShape: [2] });
    expect(dataset([1, 2, 3], [2, 4, 6])).toMatchObject({ size: 3, xShape: [1], yShape: [] });
    const images = dataset(new Uint8Array([0, 255, 7, 8]), new Uint8Array([3, 9]), { shape: [1, 2, 1] });
    expect(summary(images)).toEqual({
      size: 2,
      x: [0, 255, 7, 8],
      xShape: [1, 2, 1],
      y: [3, 9],
      yShape: [],
      indices: true,
    });
    expect(images.y).toBeInstanceOf(Int32Array);
  });

  it('reshapes the rows of nested data when asked to', () => {
    expect(
      dataset(
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
        [0, 1],
        { shape: [2, 2, 1] },
      ),
    ).toMatchObject({ size: 2, xShape: [2, 2, 1] });
  });

  it('counts integers as class indices only when they are one a row and integers by type', () => {
    const x = [[1], [2]];
    expect(dataset(x, new Int16Array([1, 0])).isIndices).toBe(true);
    expect(dataset(x, new Uint8Array([1, 0, 0, 1]))).toMatchObject({ isIndices: false, yShape: [2] });
    expect(dataset(x, [1, 0]).isIndices).toBe(false);
    expect(dataset(x, new Float32Array([1, 0])).isIndices).toBe(false);
  });

  it('copies the rows of any order into place', () => {
    const data = dataset(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      new Int32Array([7, 8, 9]),
      { lengths: [2, 1, 0] },
    );
    const x = new Float32Array(6);
    const y = new Int32Array(4);
    const lengths = new Int32Array(3);
    data.copyRows(new Uint32Array([9, 2, 0]), 1, 3, x, y, 1, 2);
    data.copyLengths([2, 0, 1], 0, 3, lengths);
    expect([...x]).toEqual([0, 5, 6, 1, 2, 0]);
    expect([...y]).toEqual([0, 0, 9, 7]);
    expect([...lengths]).toEqual([0, 2, 1]);
    data.copyRows([1], 0, 1, x);
    expect([...x.slice(0, 2)]).toEqual([3, 4]);
  });

  it('gives subsets and slices', () => {
    const data = dataset(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      new Int32Array([7, 8, 9]),
      { lengths: [2, 1, 0] },
    );
    const subset = data.subset([2, 0]);
    expect(summary(subset)).toEqual({ size: 2, x: [5, 6, 1, 2], xShape: [2], y: [9, 7], yShape: [], indices: true });
    expect([...subset.lengths!]).toEqual([0, 2]);
    const slice = data.slice(1);
    expect(summary(slice)).toEqual({ size: 2, x: [3, 4, 5, 6], xShape: [2], y: [8, 9], yShape: [], indices: true });
    expect([...slice.lengths!]).toEqual([1, 0]);
    expect(slice.x.buffer).toBe(data.x.buffer);
    expect(() => data.subset([3])).toThrow(
      new RangeError('subset: expected indices to be a whole number >= 0 and < 3, got 3'),
    );
    expect(() => data.subset([-1])).toThrow('subset: expected indices');
    expect(() => data.slice(2, 1)).toThrow(
      new RangeError('slice: expected end to be a whole number >= 2 and <= 3, got 1'),
    );
    expect(() => data.slice(0, 4)).toThrow(
      new RangeError('slice: expected end to be a whole number >= 0 and <= 3, got 4'),
    );
  });

  it('lets padding hold anything', () => {
    const sequences = [
      [[1], [NaN]],
      [[2], [3]],
    ];
    const data = dataset(
      sequences,
      [
        [[1], [Infinity]],
        [[2], [3]],
      ],
      { lengths: [1, 2] },
    );
    expect([...data.x]).toEqual([1, 0, 2, 3]);
    expect([...data.y!]).toEqual([1, 0, 2, 3]);
    expect(() => dataset(sequences, [1, 2], { lengths: [2, 2] })).toThrow(
      new NonFiniteError('dataset: expected finite x, got NaN in row 0, element 1'),
    );
    const own = new Float32Array([1, NaN]);
    dataset(own, undefined, { shape: [2], lengths: [1] });
    expect(own[1]).toBeNaN();
  });
});

describe('dataset refuses', () => {
  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'other numbers of rows',
      () => dataset([[1], [2]], [1, 2, 3]),
      ShapeError,
      'dataset: expected as many rows in y as in x, got 3 and 2',
    ],
    [
      'nested targets of other number',
      () => dataset(new Float32Array(4), [[1], [2], [3]]),
      ShapeError,
      'dataset: expected flat x to divide into 3 rows as y does, got 4 numbers',
    ],
    [
      'ragged rows',
      () => dataset([[1, 2], [3]], [1, 2]),
      ShapeError,
      'dataset: expected rows of equal shape, got [2] and [1]',
    ],
    [
      'half rows',
      () => dataset(new Float32Array(7), [1], { shape: [3] }),
      ShapeError,
      'dataset: expected x to hold whole rows of shape [3], got 7 numbers',
    ],
    [
      'flat x alone',
      () => dataset(new Float32Array(7)),
      ShapeError,
      'dataset: expected option shape, of one row, for flat x without y, got none',
    ],
    [
      'no rows',
      () => dataset([], []),
      RangeError,
      'dataset: expected at least one row with at least one number, got empty x',
    ],
    [
      'empty y',
      () => dataset([[1]], []),
      RangeError,
      'dataset: expected at least one row with at least one number, got empty y',
    ],
    [
      'empty rows',
      () => dataset([[], []], [1, 2]),
      RangeError,
      'dataset: expected at least one row with at least one number, got empty x',
    ],
    [
      'NaN in x',
      () =>
        dataset(
          [
            [1, 2],
            [3, NaN],
          ],
          [1, 2],
        ),
      NonFiniteError,
      'dataset: expected finite x, got NaN in row 1, element 1',
    ],
    [
      'infinity in y',
      () => dataset([[1], [2]], [1, -Infinity]),
      NonFiniteError,
      'dataset: expected finite y, got -Infinity in row 1, element 0',
    ],
    [
      'numbers past f32',
      () => dataset([[1e300]], [1]),
      NonFiniteError,
      'dataset: expected finite x, got Infinity in row 0, element 0',
    ],
    [
      'text',
      () => dataset([['a']] as unknown as number[][], [1]),
      TypeError,
      "dataset: expected numbers, nested arrays or a typed array, got 'a'",
    ],
    ['one number', () => dataset(3, [1]), ShapeError, 'dataset: expected rows, got a single number'],
    [
      'nothing',
      () => dataset(undefined as unknown as number[]),
      TypeError,
      'dataset: expected numbers, nested arrays or a typed array, got undefined',
    ],
    [
      'misspelt options',
      () => dataset([[1]], [1], { length: [1] } as object),
      TypeError,
      "dataset: expected options shape, lengths, weights, got unknown option 'length'",
    ],
    [
      'too few lengths',
      () => dataset([[1], [2]], [1, 2], { lengths: [1] }),
      ShapeError,
      'dataset: expected 2 lengths, one for each row, got 1',
    ],
    [
      'lengths past the axis',
      () => dataset([[1], [2]], [1, 2], { lengths: [1, 2] }),
      RangeError,
      'dataset: expected lengths to be a whole number >= 0 and <= 1, got 2',
    ],
    [
      'half lengths',
      () => dataset([[1], [2]], [1, 2], { lengths: [1, 0.5] }),
      RangeError,
      'dataset: expected lengths to be a whole number >= 0 and <= 1, got 0.5',
    ],
  ])('%s', (_, make, type, message) => {
    expect(make).toThrow(typed(type, message));
  });
});

describe('columns that f32 makes one number', () => {
  const seconds = [1700000000, 1700000001, 1700000002];
  const matrix = (column: readonly number[]): number[][] => column.map((value, i) => [i, value]);

  it.each<[string, () => unknown, RegExp]>([
    ['of x', () => dataset(matrix(seconds)), /^dataset: expected numbers that differ as f32 in column 1 of x, got one/],
    ['of flat x', () => dataset(Float64Array.from(seconds), seconds.map((_, i) => i), { shape: [1] }), /column 0 of x/], // prettier-ignore
    ['of integers', () => dataset(Int32Array.from(seconds), [0, 1, 2], { shape: [1] }), /column 0 of x/],
    ['of y', () => dataset([[0], [1], [2]], seconds), /column 0 of y, got one number: standardize before$/],
    ['of an input by name', () => dataset({ a: [[0], [1], [2]], b: matrix(seconds) }), /^dataset: x\.b: expected/],
  ])('%s are refused', (_, make, message) => {
    expect(make).toThrow(typed(RangeError, message));
  });

  it('are not seen where nothing is lost', () => {
    const same = [[1700000000000], [1700000000000]];
    const noise = [[0.1 + 0.2], [0.3], [1 - 0.7]];
    for (const x of [same, noise, [[1700000000001]], [[1e-30], [2e-30]], [[0], [0]], [[-0], [0]]])
      expect(dataset(x).size).toBe(x.length);
    expect(dataset(Float32Array.from(seconds), [0, 1, 2], { shape: [1] }).size).toBe(3);
    const standardized = standardize(seconds.map((value) => [value])).apply(seconds.map((value) => [value]));
    expect(dataset(standardized).size).toBe(3);
    standardized.dispose();
  });

  it('may be the rows of one batch, since others differ', async () => {
    const batches = [{ x: matrix(seconds) }, { x: matrix(seconds.map((value) => value + 1000)) }];
    let rows = 0;
    for await (const { size } of dataset(batches)) rows += size;
    expect(rows).toBe(6);
  });
});
