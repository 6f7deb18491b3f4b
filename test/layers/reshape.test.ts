import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/index.js';
import { flatten, reshape } from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { holed, wrong } from '../support/wrong.js';

withRuntime();

describe('flatten', () => {
  it('joins all axes but the batch', () => {
    const model = sequential({ inputShape: [2, 1, 3] }, [flatten({ name: 'f' })]);
    const y = model.predict([[[[1, 2, 3]], [[4, 5, 6]]], [[[7, 8, 9]], [[10, 11, 12]]]]); // prettier-ignore
    expect(y.toArray()).toEqual([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]); // prettier-ignore
    y.dispose();
    expect(model.outputShape).toEqual([6]);
    expect(flatten().outputShape([])).toEqual([1]);
    expect(() => flatten(wrong({ axis: 1 }))).toThrow(
      typed(TypeError, /^flatten: expected options .*, got unknown option 'axis'$/),
    );
    model.dispose();
  });
});

describe('reshape', () => {
  it.each([
    [[3, 4], [12], [3, 4]],
    [[-1], [3, 4], [12]],
    [
      [2, -1],
      [3, 4],
      [2, 6],
    ],
    [[2, -1, 3], [12], [2, 2, 3]],
    [
      [-1, 12],
      [3, 4],
      [1, 12],
    ],
    [[], [1], []],
  ])('to %j of %j is %j', (shape, inputShape, expected) => {
    const layer = reshape({ shape });
    expect(layer.outputShape(inputShape)).toEqual(expected);
    const model = sequential({ inputShape }, [layer]);
    const x = Float32Array.from({ length: 2 * inputShape.reduce((a, b) => a * b, 1) }, (_, i) => i);
    const y = model.predict(x);
    expect(y.shape).toEqual([2, ...expected]);
    expect(y.data()).toEqual(x);
    y.dispose();
    model.dispose();
  });

  it('refuses what does not fit', () => {
    expect(() => reshape({ shape: [5] }).outputShape([4])).toThrow(
      new ShapeError('reshape: expected a shape of 4 elements for input [4], got [5]'),
    );
    expect(() => reshape({ shape: [3, -1] }).outputShape([4])).toThrow(
      new ShapeError('reshape: expected a shape of 4 elements for input [4], got [3, -1]'),
    );
    expect(() => reshape({ shape: [-1, -1] })).toThrow(
      new RangeError('reshape: expected at most 5 sizes >= 1, one of them perhaps -1, got [-1, -1]'),
    );
    expect(() => reshape({ shape: [0] })).toThrow(
      new RangeError('reshape: expected at most 5 sizes >= 1, one of them perhaps -1, got [0]'),
    );
    expect(() => reshape({ shape: holed(2) })).toThrow(
      new RangeError('reshape: expected at most 5 sizes >= 1, one of them perhaps -1, got [undefined, 2]'),
    );
    expect(() => reshape({ shape: [1.5] })).toThrow(
      new RangeError('reshape: expected at most 5 sizes >= 1, one of them perhaps -1, got [1.5]'),
    );
    expect(() => reshape({ shape: wrong(4) })).toThrow(
      new TypeError('reshape: expected shape to be an array of sizes, got 4'),
    );
    expect(() => reshape(wrong({ shape: [1], to: 1 }))).toThrow(
      typed(TypeError, /^reshape: expected options .*, got unknown option 'to'$/),
    );
  });
});
