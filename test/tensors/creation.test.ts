import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { arange } from '../../src/tensors/arange.js';
import { eye, full, ones, randomNormal, randomUniform, tensor, toTensor, zeros } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

/** An argument the types would not let through. */
const wrong = <T>(value: unknown): T => value as T;

describe('tensor', () => {
  withRuntime();

  it('never has an axis of -0', () => {
    for (const make of [() => ones([2, -0]), () => eye(-0), () => arange(-0), () => tensor([], [-0])]) {
      const x = make();
      expect(x.shape).not.toContainEqual(-0);
      expect(x.size).toBe(0);
      x.dispose();
    }
  });

  it('takes shape and values from nesting', () => {
    tidy(() => {
      expect(tensor(3)).toMatchObject({ shape: [], dtype: 'f32', size: 1 });
      expect(tensor([])).toMatchObject({ shape: [0], size: 0 });
      expect(tensor([[], []])).toMatchObject({ shape: [2, 0], size: 0 });
      const x = tensor([
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
        [
          [9, 10],
          [11, 12],
        ],
      ]);
      expect(x.shape).toEqual([3, 2, 2]);
      expect([...x.data()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(tensor([Float32Array.of(1, 2), [3, 4]]).toArray()).toEqual([
        [1, 2],
        [3, 4],
      ]);
    });
  });

  it.each([
    Float32Array,
    Float64Array,
    Int32Array,
    Uint32Array,
    Int16Array,
    Uint16Array,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
  ])('copies a %o', (Kind) => {
    tidy(() => {
      const data = Kind.from([1, 2, 3, 4]);
      const x = tensor(data, [2, 2]);
      data[0] = 9;
      expect(x.toArray()).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect(x.dtype).toBe(Kind === Int32Array ? 'i32' : 'f32');
    });
  });

  it('keeps a view apart from what lies around it', () => {
    tidy(() => {
      expect(tensor(new Float32Array([1, 2, 3, 4]).subarray(1, 3)).toArray()).toEqual([2, 3]);
    });
  });

  it('converts to the type asked for', () => {
    tidy(() => {
      expect(tensor([1, -2], [2], 'i32').data()).toEqual(Int32Array.of(1, -2));
      expect(tensor(Int32Array.of(1, 2), [2], 'f32').data()).toEqual(Float32Array.of(1, 2));
      expect(tensor([0.1]).data()[0]).toBe(Math.fround(0.1));
      expect([...tensor([NaN, Infinity, -0]).data()]).toEqual([NaN, Infinity, -0]);
    });
  });

  it.each([
    ['ragged rows', () => tensor([[1, 2], [3]]), ShapeError, 'tensor: expected rows of equal shape, got [2] and [1]'],
    [
      'numbers beside rows',
      () => tensor([[1, 2], 3]),
      ShapeError,
      'tensor: expected rows of equal shape, got [2] and []',
    ],
    [
      'ragged depth',
      () => tensor([[[1]], [[1], [2]]]),
      ShapeError,
      'tensor: expected rows of equal shape, got [1, 1] and [2, 1]',
    ],
    ['too few values', () => tensor([1, 2], [3]), ShapeError, 'tensor: expected 3 elements for shape [3], got 2'],
    [
      'a negative size',
      () => tensor([1], [-1]),
      ShapeError,
      'tensor: expected sizes to be whole numbers >= 0, got [-1]',
    ],
    [
      'a fractional size',
      () => tensor([1], [0.5]),
      ShapeError,
      'tensor: expected sizes to be whole numbers >= 0, got [0.5]',
    ],
    [
      'seven axes',
      () => tensor([1], [1, 1, 1, 1, 1, 1, 1]),
      ShapeError,
      'tensor: expected at most 6 axes, got [1, 1, 1, 1, 1, 1, 1]',
    ],
    [
      'seven levels',
      () => tensor([[[[[[[1]]]]]]]),
      ShapeError,
      'tensor: expected at most 6 axes, got [1, 1, 1, 1, 1, 1, 1]',
    ],
    [
      'a fraction as i32',
      () => tensor([1, 0.5], [2], 'i32'),
      DTypeError,
      'tensor: expected whole numbers of 32 bits for dtype i32, got 0.5 at position 1',
    ],
    [
      'NaN as i32',
      () => tensor([NaN], [1], 'i32'),
      DTypeError,
      'tensor: expected whole numbers of 32 bits for dtype i32, got NaN at position 0',
    ],
    [
      '33 bits as i32',
      () => tensor([2 ** 31], [1], 'i32'),
      DTypeError,
      'tensor: expected whole numbers of 32 bits for dtype i32, got 2147483648 at position 0',
    ],
    [
      'another type',
      () => tensor([1], [1], wrong<'f32'>('f64')),
      RangeError,
      "tensor: expected dtype to be one of 'f32', 'i32', got 'f64'",
    ],
    [
      'a text',
      () => tensor(wrong('1')),
      TypeError,
      "tensor: expected numbers, nested arrays or a typed array, got '1'",
    ],
    [
      'a text inside',
      () => tensor(wrong([1, '2'])),
      TypeError,
      "tensor: expected numbers, nested arrays or a typed array, got '2'",
    ],
    [
      'nothing',
      () => tensor(wrong(undefined)),
      TypeError,
      'tensor: expected numbers, nested arrays or a typed array, got undefined',
    ],
    [
      'big integers',
      () => tensor(wrong(BigInt64Array.of(1n))),
      TypeError,
      'tensor: expected numbers, nested arrays or a typed array, got an object of class BigInt64Array',
    ],
    [
      'a shape that is a number',
      () => tensor([1], wrong(1)),
      TypeError,
      'tensor: expected shape to be an array of sizes, got 1',
    ],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(typed(type, message));
  });
});

describe('filled tensors', () => {
  withRuntime();

  it('have the values asked for', () => {
    tidy(() => {
      expect(zeros([2, 2]).toArray()).toEqual([
        [0, 0],
        [0, 0],
      ]);
      expect(ones([3]).toArray()).toEqual([1, 1, 1]);
      expect(full([], -2.5).item()).toBe(-2.5);
      expect(eye(2).toArray()).toEqual([
        [1, 0],
        [0, 1],
      ]);
      expect(eye(0).shape).toEqual([0, 0]);
      expect(arange(5).toArray()).toEqual([0, 1, 2, 3, 4]);
      expect(arange(0).toArray()).toEqual([]);
      for (const n of [0, 1, 3, 4, 5, 17, 100]) expect([...full([n], 7).data()]).toEqual(new Array(n).fill(7));
    });
  });

  it('check their arguments', () => {
    expect(() => zeros([-1])).toThrow(new ShapeError('zeros: expected sizes to be whole numbers >= 0, got [-1]'));
    expect(() => ones([1.5])).toThrow('ones: expected sizes to be whole numbers');
    expect(() => full([1], wrong('1'))).toThrow(new TypeError("full: expected value to be a number, got '1'"));
    expect(() => eye(-1)).toThrow(new RangeError('eye: expected n to be a whole number >= 0, got -1'));
    expect(() => arange(2.5)).toThrow('arange: expected n to be a whole number');
  });
});

describe('random tensors', () => {
  withRuntime();

  it('are the same for the same seed and different for another', () => {
    tidy(() => {
      for (const make of [randomNormal, randomUniform]) {
        expect(make([50], { seed: 3 }).toArray()).toEqual(make([50], { seed: 3 }).toArray());
        expect(make([50], { seed: 3 }).toArray()).not.toEqual(make([50], { seed: 4 }).toArray());
        expect(make([50], { seed: 3 }).toArray()).not.toEqual(make([50], { seed: 3 + 2 ** 32 }).toArray());
        expect(make([50]).toArray()).toEqual(make([50], { seed: 0 }).toArray());
      }
    });
  });

  it('have the distribution asked for', () => {
    tidy(() => {
      const n = 20_000;
      const moments = (data: ArrayLike<number>): [number, number] => {
        const values = Array.from(data);
        const mean = values.reduce((a, b) => a + b, 0) / n;
        return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / n)];
      };
      const [mean, std] = moments(randomNormal([n], { seed: 1, mean: 5, std: 2 }).data());
      expect(Math.abs(mean - 5)).toBeLessThan(0.06); // four standard errors
      expect(Math.abs(std - 2)).toBeLessThan(0.04);
      const uniform = randomUniform([n], { seed: 1, min: -1, max: 3 }).data();
      expect(Math.min(...uniform)).toBeGreaterThanOrEqual(-1);
      expect(Math.max(...uniform)).toBeLessThan(3);
      expect(Math.abs(moments(uniform)[0] - 1)).toBeLessThan(0.033);
    });
  });

  it('check their options', () => {
    expect(() => randomNormal([1], { std: -1 })).toThrow(
      new RangeError('randomNormal: expected std to be a finite number >= 0, got -1'),
    );
    expect(() => randomNormal([1], { seed: 1.5 })).toThrow(
      new RangeError('randomNormal: expected seed to be a whole number >= 0, got 1.5'),
    );
    expect(() => randomNormal([1], wrong({ sd: 1 }))).toThrow(
      "randomNormal: expected options seed, mean, std, got unknown option 'sd'",
    );
    expect(() => randomUniform([1], { min: 1, max: 0 })).toThrow(
      new RangeError('randomUniform: expected max to be a finite number >= 1, got 0'),
    );
    expect(() => randomUniform([1], wrong({ minimum: 1 }))).toThrow(
      typed(TypeError, /^randomUniform: expected options .*, got unknown option 'minimum'$/),
    );
  });
});

describe('toTensor', () => {
  withRuntime();
  it('makes a tensor of data, and a second handle of a tensor', () => {
    const x = tensor([1, 2]);
    const [alias, made] = [toTensor(x), toTensor([[3]])];
    x.dispose();
    expect([alias.toArray(), made.toArray()]).toEqual([[1, 2], [[3]]]);
    alias.dispose();
    made.dispose();
  });
});
