import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { confusionMatrix } from '../../src/data/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const expected = [
  [1, 1, 0],
  [0, 1, 0],
  [0, 0, 1],
];

describe('confusionMatrix', () => {
  it('counts true classes down, predicted ones across', () => {
    expect(confusionMatrix([0, 0, 1, 2], [0, 1, 1, 2], 3)).toEqual(expected);
    expect(confusionMatrix(new Uint8Array([0, 0, 1, 2]), new Int32Array([0, 1, 1, 2]), 3)).toEqual(expected);
    expect(confusionMatrix([], [], 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('takes tensors, one-hot rows and probabilities', () => {
    const labels = tensor([0, 0, 1, 2], [4], 'i32');
    const scores = tensor([
      [0.8, 0.1, 0.1],
      [0.3, 0.5, 0.2],
      [0, 1, 1],
      [-3, -2, -1],
    ]);
    const oneHot = [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expect(confusionMatrix(labels, scores, 3)).toEqual(expected);
    expect(confusionMatrix(oneHot, scores, 3)).toEqual(expected);
    expect(confusionMatrix([[0], [1]], [[1], [1]], 2)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    labels.dispose();
    scores.dispose();
  });

  it('knows one class', () => {
    expect(confusionMatrix([0, 0], [[0], [0]], 1)).toEqual([[2]]);
  });

  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'other numbers of rows',
      () => confusionMatrix([0, 1], [0], 2),
      ShapeError,
      'as many rows in yPred as in yTrue, got 1 and 2',
    ],
    [
      'classes past K',
      () => confusionMatrix([0, 2], [0, 1], 2),
      RangeError,
      'yTrue to be a whole number >= 0 and < 2, got 2',
    ],
    [
      'negative classes',
      () => confusionMatrix([0, 1], [0, -1], 2),
      RangeError,
      'yPred to be a whole number >= 0 and < 2, got -1',
    ],
    [
      'half classes',
      () => confusionMatrix([0.5], [0], 2),
      RangeError,
      'yTrue to be a whole number >= 0 and < 2, got 0.5',
    ],
    [
      'rows of other width',
      () => confusionMatrix([0], [[1, 0, 0]], 2),
      ShapeError,
      'yPred of shape [n] or [n, 2], got [1, 3]',
    ],
    ['K = 0', () => confusionMatrix([], [], 0), RangeError, 'K to be a whole number >= 1, got 0'],
    [
      'text',
      () => confusionMatrix('a' as never, [0], 2),
      TypeError,
      "numbers, nested arrays or a typed array, got 'a'",
    ],
  ])('refuses %s', (_, make, type, message) => {
    expect(make).toThrow(new type(`confusionMatrix: expected ${message}`));
  });
});
