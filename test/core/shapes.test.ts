import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import {
  broadcastShapes,
  checkAxes,
  checkAxis,
  checkShape,
  MAX_RANK,
  sameShape,
  shapeText,
  sizeOf,
  stridesOf,
} from '../../src/core/shapes.js';

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: MAX_RANK });

describe('sameShape', () => {
  it('agrees with the shapes written out', () => {
    fc.assert(fc.property(shapes, shapes, (a, b) => sameShape(a, b) === (shapeText(a) === shapeText(b))));
    fc.assert(fc.property(shapes, (a) => sameShape(a, [...a]) && !sameShape(a, [...a, 1]) && !sameShape([...a, 1], a)));
  });

  it('sees a difference on any axis', () => {
    const nonEmpty = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: MAX_RANK });
    fc.assert(
      fc.property(nonEmpty, fc.nat(), (a, at) => !sameShape(a, a.map((size, i) => (i === at % a.length ? size + 1 : size)))), // prettier-ignore
    );
  });
});

describe('sizeOf and stridesOf', () => {
  it('count the elements of the shape and between neighbours of an axis', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(sizeOf(shape)).toBe(shape.reduce((size, axis) => size * axis, 1));
        expect(stridesOf(shape)).toEqual(shape.map((_, i) => sizeOf(shape.slice(i + 1))));
      }),
    );
  });
});

describe('checkShape', () => {
  it('returns a copy of what is a shape', () => {
    const shape = [2, 0, 3];
    expect(checkShape('zeros', shape)).toEqual(shape);
    expect(checkShape('zeros', shape)).not.toBe(shape);
    expect(checkShape('zeros', [])).toEqual([]);
  });

  it.each([
    ['a number', 7, new TypeError('zeros: expected shape to be an array of sizes, got 7')],
    ['a negative size', [2, -1], new ShapeError('zeros: expected sizes to be whole numbers >= 0, got [2, -1]')],
    ['a fraction', [1.5], new ShapeError('zeros: expected sizes to be whole numbers >= 0, got [1.5]')],
    ['a text', ['2'], new ShapeError("zeros: expected sizes to be whole numbers >= 0, got ['2']")],
    ['a hole', new Array<number>(1), new ShapeError('zeros: expected sizes to be whole numbers >= 0, got [undefined]')],
    ['2 ** 53', [2 ** 53], new ShapeError('zeros: expected sizes to be whole numbers >= 0, got [9007199254740992]')],
  ])('refuses %s', (_, shape, error) => {
    expect(() => checkShape('zeros', shape)).toThrow(error);
  });

  it('takes six axes and no seventh', () => {
    expect(checkShape('zeros', [1, 1, 1, 1, 1, 1])).toHaveLength(6);
    expect(() => checkShape('zeros', [1, 1, 1, 1, 1, 1, 1])).toThrow(
      new ShapeError('zeros: expected at most 6 axes, got [1, 1, 1, 1, 1, 1, 1]'),
    );
  });
});

describe('broadcastShapes', () => {
  it.each([
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[], [4], [4]],
    [[3], [2, 1], [2, 3]],
    [
      [1, 5],
      [4, 1],
      [4, 5],
    ],
    [[0], [1], [0]],
    [
      [2, 1, 3],
      [7, 1],
      [2, 7, 3],
    ],
  ])('%j and %j give %j, either way', (a, b, both) => {
    expect(broadcastShapes('add', a, b)).toEqual(both);
    expect(broadcastShapes('add', b, a)).toEqual(both);
  });

  it('refuses sizes that differ and are not 1', () => {
    const error = new ShapeError('add: expected shapes that broadcast, got [2, 3] and [2]');
    expect(() => broadcastShapes('add', [2, 3], [2])).toThrow(error);
    expect(() => broadcastShapes('add', [0], [2])).toThrow(
      new ShapeError('add: expected shapes that broadcast, got [0] and [2]'),
    );
  });
});

describe('checkAxis and checkAxes', () => {
  it('count from the end below 0, for every axis of every rank', () => {
    for (let rank = 1; rank <= MAX_RANK; rank++)
      for (let axis = 0; axis < rank; axis++) {
        expect(checkAxis('sum', axis, rank)).toBe(axis);
        expect(checkAxis('sum', axis - rank, rank)).toBe(axis);
      }
  });

  it.each([2, -3])('refuse axis %d of a matrix', (axis) => {
    const error = new RangeError(`sum: expected axis between -2 and 1, got ${axis}`);
    expect(() => checkAxis('sum', axis, 2)).toThrow(error);
    expect(() => checkAxes('sum', [0, axis], 2)).toThrow(error);
  });

  it('refuse what is not a whole number', () => {
    expect(() => checkAxis('sum', 0.5, 2)).toThrow(new TypeError('sum: expected axis to be a whole number, got 0.5'));
    expect(() => checkAxis('sum', '0', 2)).toThrow(new TypeError("sum: expected axis to be a whole number, got '0'"));
  });

  it('sort axes, and take none as all', () => {
    expect(checkAxes('sum', [-1, 0], 3)).toEqual([0, 2]);
    expect(checkAxes('sum', 1, 3)).toEqual([1]);
    expect(checkAxes('sum', [], 3)).toEqual([]);
    expect(checkAxes('sum', undefined, 3)).toEqual([0, 1, 2]);
  });

  it('refuse an axis named twice, in any way', () => {
    expect(() => checkAxes('sum', [1, -1], 2)).toThrow(new RangeError('sum: expected distinct axes, got [1, -1]'));
  });
});
