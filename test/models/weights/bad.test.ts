// Weights that are refused.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { ShapeError } from '../../../src/core/errors.js';
import { withRuntime } from '../../support/live.js';
import { N, labels, softmaxNet, x } from './problem.js';

withRuntime();

describe('bad weights', () => {
  it.each([
    [[1, -1], RangeError, 'dataset: expected finite weights >= 0, got -1 at position 1'],
    [[NaN, 1], RangeError, 'dataset: expected finite weights >= 0, got NaN at position 0'],
    [[1, Infinity], RangeError, 'dataset: expected finite weights >= 0, got Infinity at position 1'],
    [[1, 1e300], RangeError, 'dataset: expected finite weights >= 0, got 1e+300 at position 1'],
    [[0, 0], RangeError, 'dataset: expected a weight > 0, got weights of 0'],
    [[1], ShapeError, 'dataset: expected weights for each of 2 rows, got [1]'],
    [[[1], [1], [2]], ShapeError, 'dataset: expected weights for each of 2 rows, got [3, 1]'],
  ])('%j are refused', (given, Class, message) => {
    expect(() => dataset([[1], [2]], [[1], [2]], { weights: given })).toThrow(new Class(message));
  });

  it('must suit the output', () => {
    const net = softmaxNet();
    const data = dataset(x, labels, { shape: [3], weights: Array.from({ length: N }, () => [1, 2]) });
    expect(() => net.evaluate(data, { loss: crossEntropy() })).toThrow(
      new ShapeError('evaluate: expected a weight per row, or per step of the output, got 2 per row'),
    );
    net.dispose();
  });
});
