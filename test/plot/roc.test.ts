import { describe, expect, test } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/index.js';
import { calibration, calibrationBins, rocCurve, rocPoints } from '../../src/plot/index.js';
import references from './references/sklearn.json' with { type: 'json' };

describe('ROC', () => {
  test.each(references.roc.map((each, i) => [i, each] as const))('scikit-learn, case %d', (_, reference) => {
    const { scores, labels, fpr, tpr, thresholds, auc } = reference;
    const found = rocPoints(scores, labels);
    expect(found.falsePositiveRate).toEqual(fpr);
    expect(found.truePositiveRate).toEqual(tpr);
    expect(found.thresholds).toEqual([Infinity, ...thresholds]);
    expect(found.auc).toBeCloseTo(auc, 14);
  });

  test('the picture tells the area; one class alone has none', () => {
    expect(rocCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toContain('>AUC 0.7500</text>');
    expect(rocCurve([0.1, 0.4], [1, 1])).toContain('>no AUC: one class only</text>');
    expect(rocPoints([0.1, 0.4], [1, 1]).auc).toBeNaN();
    expect(rocCurve([], [])).toContain('no data');
  });

  test('several classes: each against the others; of two, one curve', () => {
    const scores = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.5, 0.3, 0.2]]; // prettier-ignore
    const svg = rocCurve(scores, [0, 1, 2, 1], { labels: ['cat', 'dog', 'fox'] });
    expect(svg).toContain('cat, AUC 1.0000');
    expect(svg).toContain('dog, AUC 1.0000');
    expect(rocCurve(scores, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]], { labels: ['cat', 'dog', 'fox'] })).toBe(svg); // prettier-ignore
    const two = rocCurve([[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]], [0, 0, 1, 1]); // prettier-ignore
    expect(two.match(/AUC 0.7500/g)?.length).toBeGreaterThan(0);
    expect(two).not.toContain('class 0');
  });

  test('bad input is refused by name', () => {
    expect(() => rocPoints([1, NaN], [0, 1])).toThrow(
      new NonFiniteError('rocPoints: expected finite scores, got NaN at position 1'),
    );
    expect(() => rocCurve([1, 2], [0, 2])).toThrow(
      new RangeError('rocCurve: expected labels 0 or 1, got 2 at position 1'),
    );
    expect(() => rocCurve([1, 2, 3], [-1, 1, 0])).toThrow(
      new RangeError('rocCurve: expected labels -1 or 1, got 0 at position 2'),
    );
    expect(() => rocCurve([1, 2], [0])).toThrow(
      new ShapeError('rocCurve: expected 2 labels, one for each score, got 1'),
    );
  });
});

describe('calibration', () => {
  test.each(references.calibration.map((each, i) => [i, each] as const))('scikit-learn, case %d', (_, reference) => {
    const { probabilities, labels, bins, strategy, observed, predicted } = reference;
    const kind = strategy === 'uniform' ? 'uniform' : 'quantile';
    const found = calibrationBins(probabilities, labels, { bins, strategy: kind });
    expect(found.map((bin) => bin.count).reduce((a, b) => a + b)).toBe(probabilities.length);
    expect(found).toHaveLength(observed.length);
    found.forEach((bin, i) => {
      expect(bin.observed).toBeCloseTo(observed[i]!, 14);
      expect(bin.predicted).toBeCloseTo(predicted[i]!, 14);
    });
  });

  test('the picture tells the expected calibration error', () => {
    expect(calibration([0.25, 0.25, 0.75, 1], [0, 1, 1, 1])).toContain('ECE 0.1875');
    expect(calibration([], [])).toContain('no data');
    expect(() => calibration([2], [1])).toThrow(
      new RangeError('calibration: expected probabilities from 0 to 1, got 2 at position 0'),
    );
  });
});
