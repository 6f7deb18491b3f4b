import { describe, expect, it } from 'vitest';
import { classificationReport, confusionMatrix, dataset } from '../../src/data/index.js';
import { dense, flatten } from '../../src/layers/index.js';
import { connect, input, model, sequential, type Model } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

withRuntime();

function using<T>(own: Model, body: (own: Model) => T): T {
  try {
    return body(own);
  } finally {
    own.dispose();
  }
}

const identity = (...shape: number[]): Model => sequential({ inputShape: shape }, [flatten()]);

// sklearn.metrics.classification_report([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0], digits=4)
const [yTrue, yPred] = [[0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0]]; // prettier-ignore
const table = `
          precision  recall      f1  support
       a     0.5000  0.5000  0.5000        2
       b     0.5000  1.0000  0.6667        1
       c     1.0000  0.6667  0.8000        3
accuracy                     0.6667        6
   macro     0.6667  0.7222  0.6556        6
weighted     0.7500  0.6667  0.6778        6`;

describe('classificationReport', () => {
  it('has the scores of every class and their means, and prints as a table', () => {
    const report = classificationReport(yTrue, yPred, { labels: ['a', 'b', 'c'] });
    expect(`\n${String(report)}`).toBe(table);
    expect(report.classes[2]).toEqual({ label: 'c', precision: 1, recall: 2 / 3, f1: 0.8, support: 3 });
    expect(report.accuracy).toBeCloseTo(2 / 3, 15);
    expect(Object.keys(JSON.parse(JSON.stringify(report)) as object)).toEqual(['classes', 'accuracy', 'macro', 'weighted']); // prettier-ignore
  });

  it('classes without a row have 0; those that occur nowhere are not in the means', () => {
    const { classes, macro } = classificationReport([0, 0], [0, 1], { labels: [0, 1, 2] });
    expect(classes.map(({ f1 }) => f1)).toEqual([2 / 3, 0, 0]);
    expect(macro).toEqual({ precision: 0.5, recall: 0.25, f1: 1 / 3, support: 2 });
    expect(classificationReport([], []).accuracy).toBeNaN();
  });

  it('of a model and data, in several batches', () => {
    const x = Array.from({ length: 300 }, (_, i) => [Number(i % 3 === 0), Number(i % 3 === 1), i % 2]);
    const y = Int32Array.from({ length: 300 }, (_, i) => i % 3);
    using(identity(3), (own) => {
      expect(classificationReport(own, dataset(x, y))).toEqual(classificationReport(y, x));
      expect(confusionMatrix(own, dataset(x, y))).toEqual(confusionMatrix(y, x, 3));
      expect(confusionMatrix(own, dataset(x, [...y].map((k) => [0, 1, 2].map((c) => Number(c === k)))))).toEqual(confusionMatrix(y, x, 3)); // prettier-ignore
    });
  });
});

describe('the output of one unit', () => {
  const [p, y] = [[[0.2], [0.7], [0.5], [0.9]], [0, 0, 1, 1]]; // prettier-ignore

  it('is class 1 above the threshold', () => {
    const counts = [[1, 1], [1, 1]]; // prettier-ignore
    expect(confusionMatrix(y, p, 2)).toEqual(counts);
    expect(confusionMatrix(y, p.flat(), 2)).toEqual(counts);
    using(identity(1), (own) => {
      expect(confusionMatrix(own, dataset(p, y))).toEqual(counts);
      expect(confusionMatrix(own, dataset(p, [[0], [0], [1], [1]]), { threshold: 0.8 })).toEqual([[2, 0], [1, 1]]); // prettier-ignore
      expect(confusionMatrix(own, dataset([[-1], [2]], [0, 1]), { threshold: 0 })).toEqual([[1, 0], [0, 1]]); // prettier-ignore
    });
    expect(classificationReport([0, 1], [-3, 4], { threshold: 0 }).accuracy).toBe(1);
  });
});

it('steps past the length of a sequence do not count', () => {
  const own = sequential({ inputShape: [3, 1] }, [dense({ units: 1, kernelInitializer: 'ones' })]);
  const x = [[[0], [1], [0]], [[1], [0], [0]]]; // prettier-ignore
  using(own, () => {
    const data = dataset(x, [[[0], [0], [1]], [[1], [1], [1]]], { lengths: [2, 1] }); // prettier-ignore
    expect(confusionMatrix(own, data)).toEqual([[1, 1], [0, 1]]); // prettier-ignore
  });
});

it('refuses by name', () => {
  using(identity(3), (own) => {
    const data = dataset([[1, 2, 3]], [0]);
    expect(() => confusionMatrix(own, [1] as never)).toThrow(typed(TypeError, /^confusionMatrix: expected data made by dataset/)); // prettier-ignore
    expect(() => confusionMatrix(own, dataset([[1, 2, 3]]))).toThrow(new TypeError('confusionMatrix: expected data with targets, got inputs only')); // prettier-ignore
    expect(() => confusionMatrix(own, dataset([[1, 2, 3]], [3]))).toThrow(new RangeError('confusionMatrix: expected targets to be a whole number >= 0 and < 3, got 3')); // prettier-ignore
    expect(() => classificationReport(own, data, { labels: ['a'] })).toThrow('classificationReport: expected 3 labels, got 1'); // prettier-ignore
    expect(() => classificationReport(own, data, { threshold: NaN })).toThrow(typed(RangeError, /^classificationReport: expected threshold to be a finite number/)); // prettier-ignore
    expect(() => classificationReport([0, 1], [0, 2], { labels: ['a', 'b'] })).toThrow(new RangeError('classificationReport: expected yPred to be a whole number >= 0 and < 2, got 2')); // prettier-ignore
  });
  const x = input({ shape: [1] });
  using(
    model({
      inputs: x,
      outputs: [connect(dense({ units: 1 }), x), connect(dense({ units: 1 }), x)],
    }) as unknown as Model,
    (own) => {
      expect(() => confusionMatrix(own, dataset([[1]], [1]))).toThrow(typed(TypeError, /^confusionMatrix: expected a model with one output/)); // prettier-ignore
    },
  );
});
