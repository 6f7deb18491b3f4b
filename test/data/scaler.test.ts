import { describe, expect, it } from 'vitest';
import { FormatError, NonFiniteError, ShapeError } from '../../src/core/errors.js';
import { dataset, minMaxScale, Scaler, standardize } from '../../src/data/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';

withRuntime();

const rows = Array.from({ length: 41 }, (_, i) =>
  [...numbers(3, i, -1, 1)].map((value, k) => (k + 1) * value + 100 * k),
);
const column = (k: number): number[] => rows.map((row) => Math.fround(row[k]!));

describe('standardize', () => {
  it('brings every column to mean 0 and deviation 1, as float64 says', () => {
    const data = dataset(rows, new Int32Array(41));
    const scaled = standardize(data).apply(data);
    expect(scaled.y).toBe(data.y);
    for (let k = 0; k < 3; k++) {
      const values = column(k);
      const mean = values.reduce((a, b) => a + b) / 41;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 41);
      const expected = values.map((value) => (value - mean) / deviation);
      expectClose(
        scaled.x.filter((_, i) => i % 3 === k),
        expected,
        1e-6,
      );
    }
  });

  it('does for other data what it learned, and undoes it', () => {
    const scaler = standardize([
      [1, 10],
      [3, 30],
    ]);
    expect([...scaler.offset, ...scaler.scale]).toEqual([2, 20, 1, 10]);
    const x = tensor([[2, 40]]);
    const scaled = scaler.apply(x);
    const back = scaler.invert(scaled);
    expect(scaled.toArray()).toEqual([[0, 2]]);
    expect(back.toArray()).toEqual([[2, 40]]);
    expect(scaler.apply(new Float32Array([4, 20]))).toEqual(new Float32Array([2, 0]));
    const nested = scaler.invert([[0, 1]]);
    expect(nested.toArray()).toEqual([[2, 30]]);
    const data = dataset([[5, 50]], [1]);
    expect([...scaler.invert(scaler.apply(data)).x]).toEqual([5, 50]);
    for (const one of [x, scaled, back, nested]) one.dispose();
  });

  it('makes constant columns 0, whatever rounding does to their mean', () => {
    const data = dataset(
      Array.from({ length: 7 }, (_, i) => [0.1, i]),
      new Float32Array(7),
    );
    const { x } = standardize(data).apply(data);
    expect([...x.filter((_, i) => i % 2 === 0)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('scales differences whose squares are 0', () => {
    const [usual, tiny] = [1, 1e-300].map((unit) => {
      const y = standardize([[unit], [2 * unit], [4 * unit]]).apply([[unit], [2 * unit], [4 * unit]]);
      const values = y.data();
      y.dispose();
      return values;
    });
    expectClose(tiny!, usual!, 1e-7);
  });

  it('keeps small deviations far from 0', () => {
    const scaler = standardize(Float32Array.from([1e6, 1e6 + 1, 1e6 + 2]));
    expect(scaler.scale[0]).toBeCloseTo(Math.sqrt(2 / 3), 14);
  });

  it.each([1_700_000_000, 1_700_000_000_000, 3e15])('takes numbers as they are given, from %d on', (start) => {
    const x = [[start], [start + 60], [start + 120]];
    const scaled = [standardize(x).apply(x), minMaxScale(x).apply(x)];
    expectClose(scaled[0]!.data(), [-Math.sqrt(1.5), 0, Math.sqrt(1.5)], 1e-7);
    expect(scaled[1]!.toArray()).toEqual([[0], [0.5], [1]]);
    for (const each of scaled) each.dispose();
    const many = Array.from({ length: 20_001 }, (_, i) => [start + (i % 3)]);
    expect(standardize(many).offset[0]).toBe(start + 1);
    expect(() => standardize([[1e39]])).toThrow(
      new NonFiniteError('standardize: expected finite x, got NaN or infinity'),
    );
  });

  it('takes the channels of images, and only the valid steps of sequences', () => {
    const images = dataset(
      Float32Array.from({ length: 16 }, (_, i) => (i % 2) * 10 + Math.floor(i / 8)),
      [0, 1],
      { shape: [2, 2, 2] },
    );
    expect([...standardize(images).offset]).toEqual([0.5, 10.5]);
    const sequences = dataset(
      [
        [[1], [99]],
        [[2], [3]],
      ],
      [0, 1],
      { lengths: [1, 2] },
    );
    expect([...standardize(sequences).offset]).toEqual([2]);
  });
});

describe('minMaxScale', () => {
  it('brings every column to [0, 1] or the range asked for', () => {
    const data = dataset(
      [
        [1, 10, 5],
        [3, 30, 5],
        [2, 15, 5],
      ],
      [0, 1, 0],
    );
    expect([...minMaxScale(data).apply(data).x]).toEqual([0, 0, 0, 1, 1, 0, 0.5, 0.25, 0]);
    const scaler = minMaxScale(data, { min: -1, max: 3 });
    const scaled = scaler.apply(data);
    expect([...scaled.x]).toEqual([-1, -1, -1, 3, 3, -1, 1, 0, -1]);
    expect([...scaler.invert(scaled).x]).toEqual([...data.x]);
  });

  it.each([
    [{ min: 1 }, '> 1, got 1'],
    [{ min: 2, max: 1 }, '> 2, got 1'],
    [{ max: NaN }, '> 0, got NaN'],
  ])('refuses the range %j', (range, message) => {
    expect(() => minMaxScale([[1], [2]], range)).toThrow(
      new RangeError(`minMaxScale: expected max to be a finite number ${message}`),
    );
  });
});

describe('both', () => {
  it('refuse data they cannot use', () => {
    for (const [name, fit] of Object.entries({ standardize, minMaxScale })) {
      expect(() => fit([])).toThrow(new RangeError(`${name}: expected at least one row, got none`));
      expect(() => fit([[1, NaN]])).toThrow(new NonFiniteError(`${name}: expected finite x, got NaN or infinity`));
      expect(() => fit([[1], [1, 2]])).toThrow(
        new ShapeError(`${name}: expected rows of equal shape, got [1] and [2]`),
      );
      expect(() => fit('x' as never)).toThrow(
        new TypeError(`${name}: expected numbers, nested arrays or a typed array, got 'x'`),
      );
      const scaler = fit([
        [1, 2],
        [3, 4],
      ]);
      expect(() => scaler.apply([[1, 2, 3]])).toThrow(
        'apply: expected 2 columns as in the data it was fitted on, got 3',
      );
      expect(() => scaler.apply(new Float32Array(3))).toThrow(
        new ShapeError('apply: expected 2 columns as in the data it was fitted on, got 3'),
      );
      expect(() => scaler.invert(dataset([[1]], [1]))).toThrow(
        new ShapeError('invert: expected 2 columns as in the data it was fitted on, got 1'),
      );
    }
    expect(() => minMaxScale([[1]], { range: [0, 1] } as object)).toThrow(
      typed(TypeError, /^minMaxScale: expected options .*, got unknown option 'range'$/),
    );
  });
});

describe('JSON', () => {
  it('comes back as it was', () => {
    const scaler = standardize(rows);
    const copy = Scaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
    const flat = Float32Array.from(rows.flat());
    expect(copy.apply(flat)).toEqual(scaler.apply(flat));
  });

  it.each<[unknown, string]>([
    [null, 'an object with offset and scale, got null'],
    [{ offset: [1] }, 'scale to be an array of numbers, got undefined'],
    [{ offset: [1], scale: ['1'] }, "scale[0] to be a finite number, got '1'"],
    [{ offset: [1, NaN], scale: [1, 1] }, 'offset[1] to be a finite number, got NaN'],
    [{ offset: [1], scale: [0] }, 'scale[0] other than 0, got 0'],
    [{ offset: [1, 2], scale: [1] }, 'as many numbers in scale as in offset, got 1 and 2'],
    [{ offset: [], scale: [] }, 'as many numbers in scale as in offset, got 0 and 0'],
  ])('refuses %j', (json, expected) => {
    expect(() => Scaler.fromJSON(json)).toThrow(new FormatError(`fromJSON: expected ${expected}`));
  });
});
