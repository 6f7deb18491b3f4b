import { describe, expect, it } from 'vitest';
import { importance, importanceValues, parallelCoordinates, type Searched } from '../../src/plot/index.js';
import { Random } from '../../src/selection/search/random.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

/** Trials whose loss depends on some of their hyperparameters. */
function searched(n: number, loss: (point: Record<string, number>, noise: number) => number): Searched {
  const random = new Random([7, 1], n);
  const trials = Array.from({ length: n }, () => {
    const point = { a: random.next(), b: random.next(), c: random.below(3) };
    return { point, mean: { loss: loss(point, random.next()) } };
  });
  return { trials: trials.sort((x, y) => x.mean.loss - y.mean.loss) };
}

const shareOf = (result: Searched, name: string): number =>
  importanceValues(result).find((one) => one.name === name)?.share ?? NaN;

describe('importanceValues', () => {
  it('is near 1 for what decides alone, and near 0 for what does not matter', () => {
    const result = searched(200, ({ a = 0 }) => (a - 0.5) ** 2); // not monotonic
    expect(shareOf(result, 'a')).toBeGreaterThan(0.85);
    expect(shareOf(result, 'b')).toBeLessThan(0.08);
    expect(shareOf(result, 'c')).toBeLessThan(0.08);
    expect(importanceValues(result)[0]?.name).toBe('a');
  });

  it('divides the variance among independent ones, and leaves what is noise', () => {
    const result = searched(800, ({ a = 0, b = 0 }) => 2 * a + b); // variances 4 : 1
    expect(shareOf(result, 'a')).toBeCloseTo(0.8, 1);
    expect(shareOf(result, 'b')).toBeCloseTo(0.2, 1);
    const noisy = searched(800, ({ c = 0 }, noise) => c + 2.8 * noise); // variances 2/3 : 0.653
    expect(Math.abs(shareOf(noisy, 'c') - 0.505)).toBeLessThan(0.08);
  });

  it('takes words, and those that only some trials have', () => {
    const trials = Array.from({ length: 60 }, (_, i) => ({
      point: i % 2 === 0 ? { kind: { name: 'sgd', momentum: (i % 10) / 10 } } : { kind: { name: 'adam' } },
      mean: { loss: i % 2, accuracy: i },
    }));
    const values = importanceValues({ trials });
    expect(values.map(({ name }) => name).sort()).toEqual(['kind.momentum', 'kind.name']);
    expect(values.find(({ name }) => name === 'kind.name')?.share).toBe(1);
    expect(importanceValues({ trials }, { monitor: 'accuracy' })[0]?.share).toBeLessThan(0.2);
  });

  it('has nothing to say of too few trials', () => {
    expect(importanceValues({ trials: [] })).toEqual([]);
    const one = { point: { a: 1 }, mean: { loss: 1 } };
    expect(importanceValues({ trials: [one] })).toEqual([]);
    expect(importanceValues({ trials: [one, { point: { a: 2 }, mean: { loss: 2 } }] })).toEqual([
      { name: 'a', share: 0 },
    ]);
  });
});

describe('pictures of searches', () => {
  const error = new RangeError('too much');
  const result: Searched = {
    trials: [
      { point: { rate: 0.001, kind: 'a<b', fixed: 1, own: { deep: 3 } }, mean: { loss: 0.1, accuracy: 1 } },
      { point: { rate: 1, kind: 'c', fixed: 1, own: {} }, mean: { loss: 0.5, accuracy: 0.5 } },
      { point: { rate: 9, kind: 'c', fixed: 1, own: {} }, mean: { loss: NaN }, error },
    ],
  };

  it('have an axis for each hyperparameter that changes, and a line for each trial', () => {
    const svg = parallelCoordinates(result);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    for (const name of ['rate', 'kind', 'own.deep', 'loss', 'a&lt;b', 'none']) expect(svg).toContain(`>${name}</text>`);
    expect(svg).not.toContain('>fixed<');
    expect(svg).toContain('2 trials over rate, kind, own.deep and loss, 1 without a score left out');
    expect(svg.lastIndexOf('stroke-width="3"')).toBeGreaterThan(svg.lastIndexOf('stroke-width="1"')); // the best on top
    expect(parallelCoordinates(result, { monitor: 'accuracy', title: 'Mine', theme: 'dark' })).toContain(
      '>Mine</text>',
    );
  });

  it('are drawn of nothing, of one trial and of many', () => {
    for (const trials of [[], result.trials.slice(0, 1), searched(1500, ({ a = 0 }) => a).trials]) {
      for (const draw of [parallelCoordinates, importance]) {
        const svg = draw({ trials });
        expect(svg).toMatch(/^<svg[^]*<\/svg>\n$/);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      }
    }
    expect(parallelCoordinates({ trials: [] }, { width: 200, height: 130 })).toContain('width="200" height="130"');
  });

  it('have a bar for each importance', () => {
    expect(importance(searched(100, ({ a = 0 }) => a))).toMatch(
      />a<[^]*share of variance explained|share of variance explained[^]*>a</,
    );
  });

  it('refuse what is no result', () => {
    for (const [name, draw] of Object.entries({ parallelCoordinates, importance, importanceValues })) {
      expect(() => draw(wrong(3))).toThrow(
        new TypeError(`${name}: expected the result of a search, { trials }, got 3`),
      );
      expect(() => draw(wrong({ trials: [{}] }))).toThrow(typed(TypeError, /expected trials\[0\] with point and mean/));
      expect(() => draw(result, { monitor: 'f1' })).toThrow(
        new RangeError(`${name}: expected monitor to be one of loss, accuracy, got 'f1'`),
      );
      expect(() => draw(result, wrong({ mode: 'min' }))).toThrow(typed(TypeError, /unknown option 'mode'$/));
    }
  });
});
