import { describe, expect, it } from 'vitest';
import { choice, integer, logUniform, randomSearch, uniform, type Space } from '../../../src/selection/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { wrong } from '../../support/wrong.js';
import { calculated, calculating } from './support.js';

withRuntime();

/** Points that are drawn from a space. */
async function drawn<const S extends Space>(space: S, trials: number, seed = 1) {
  const options = { ...calculated, fit: calculated.fit, space, trials, seed };
  const { trials: all } = await randomSearch({ ...options, executor: calculating(() => 1) });
  return all.map(({ point }) => point);
}

/** The largest distance of an empirical distribution from the uniform one on 0..1 (Kolmogorov and Smirnov). */
function distance(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((value, i) =>
      Math.max(Math.abs(value - i / sorted.length), Math.abs(value - (i + 1) / sorted.length)),
    ),
  );
}

describe('parameters', () => {
  it('have the distributions that they are named after', async () => {
    const n = 2000;
    const limit = 1.95 / Math.sqrt(n); // exceeded by one of a thousand right distributions
    const points = await drawn(
      { u: uniform(-2, 6), l: logUniform(1e-4, 1), i: integer(3, 6), c: choice(['a', 'b']) },
      n,
    );
    expect(distance(points.map(({ u }) => (u + 2) / 8))).toBeLessThan(limit);
    expect(distance(points.map(({ l }) => Math.log10(l) / 4 + 1))).toBeLessThan(limit);
    for (const value of [3, 4, 5, 6]) {
      const share = points.filter(({ i }) => i === value).length / n;
      expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / n));
    }
    const shareOfA = points.filter(({ c }) => c === 'a').length / n;
    expect(Math.abs(shareOfA - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / n));
    // They do not depend on one another
    const products = points.map(({ u, l }) => ((u + 2) / 8 - 0.5) * (Math.log10(l) / 4 + 0.5));
    expect(Math.abs(products.reduce((sum, value) => sum + value, 0) / n)).toBeLessThan(4 / 12 / Math.sqrt(n));
  });

  it('of logarithms and whole numbers reach both ends, each value as often as its cell is wide', async () => {
    const n = 2000;
    const points = await drawn({ i: integer(1, 16, { log: true }) }, n);
    const width = (k: number): number => Math.log((k + 0.5) / (k - 0.5)) / Math.log(16.5 / 0.5);
    for (const k of [1, 2, 8, 16]) {
      const share = points.filter(({ i }) => i === k).length / n;
      expect(Math.abs(share - width(k))).toBeLessThan(4 * Math.sqrt(width(k) / n));
    }
  });

  it('of a single value have it', async () => {
    const space = { u: uniform(0.3, 0.3), l: logUniform(0.1, 0.1), i: integer(-7, -7), c: choice([null]) };
    expect(await drawn(space, 2)).toEqual([
      { u: 0.3, l: 0.1, i: -7, c: null },
      { u: 0.3, l: 0.1, i: -7, c: null },
    ]);
  });

  it('exist only with their option; constants and nested objects stay what they are', async () => {
    const space = {
      optimizer: choice([{ name: 'sgd', momentum: uniform(0.5, 0.9) }, { name: 'adam' }]),
      penalty: choice([0, logUniform(1e-6, 1e-2)]),
      layers: [integer(1, 2), 7],
      fixed: { a: true, b: 'text' },
    } as const;
    const points = await drawn(space, 200);
    const names = new Set(points.map(({ optimizer }) => optimizer.name));
    expect(names).toEqual(new Set(['sgd', 'adam']));
    for (const { optimizer, penalty, layers, fixed } of points) {
      if (optimizer.name === 'sgd') expect(optimizer.momentum).toBeGreaterThanOrEqual(0.5);
      else expect(optimizer).toEqual({ name: 'adam' });
      expect(penalty === 0 || (penalty >= 1e-6 && penalty <= 1e-2)).toBe(true);
      expect([
        [1, 7],
        [2, 7],
      ]).toContainEqual(layers);
      expect(fixed).toEqual({ a: true, b: 'text' });
    }
  });

  it('refuse impossible bounds', () => {
    expect(() => uniform(1, 0)).toThrow(new RangeError('uniform: expected max to be >= min 1, got 0'));
    expect(() => uniform(-1e308, 1e308)).toThrow(typed(RangeError, /^uniform: /));
    expect(() => uniform(0, Infinity)).toThrow(
      new RangeError('uniform: expected max to be a finite number, got Infinity'),
    );
    expect(() => logUniform(0, 1)).toThrow(new RangeError('logUniform: expected min to be a finite number > 0, got 0'));
    expect(() => logUniform(wrong('1'), 1)).toThrow(typed(TypeError, /^logUniform: expected min/));
    expect(() => integer(0.5, 2)).toThrow(typed(RangeError, /^integer: expected min to be a whole number/));
    expect(() => integer(0, 2, { log: true })).toThrow(
      new RangeError('integer: expected min to be a whole number >= 1, got 0'),
    );
    expect(() => integer(0, 2, wrong({ base: 2 }))).toThrow(typed(TypeError, /unknown option 'base'$/));
    expect(() => choice([])).toThrow(new RangeError('choice: expected at least one option, got none'));
    expect(() => choice(wrong<string[]>('ab'))).toThrow(
      new TypeError("choice: expected an array of options, got 'ab'"),
    );
  });

  it('are refused in spaces that are none', async () => {
    const refused = async (space: unknown, message: RegExp): Promise<void> => {
      await expect(drawn(wrong<Space>(space), 1)).rejects.toThrow(message);
    };
    await refused(3, /^randomSearch: expected space to be an object of parameters, got 3$/);
    await refused({}, /^randomSearch: expected space to have at least one entry, got none$/);
    await refused(
      { a: () => 1 },
      /^randomSearch: expected space\.a to be a parameter or plain data .*, got a function$/,
    );
    await refused({ a: choice([1, () => 1]) }, /^randomSearch: expected space\.a\/1 to be a parameter/);
    await refused({ a: undefined }, /^randomSearch: expected space\.a to be a parameter/);
    const own: Record<string, unknown> = {};
    own['own'] = own;
    await refused(own, /at most 8 levels, got more$/);
  });
});
