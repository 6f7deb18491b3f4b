import { describe, expect, it, vi } from 'vitest';
import {
  choice,
  integer,
  logUniform,
  randomSearch,
  tpe,
  uniform,
  type GridPoint,
  type SearchState,
} from '../../../src/selection/index.js';
import { densityOfChoice, densityOfRange } from '../../../src/selection/search/parzen.js';
import { Random } from '../../../src/selection/search/random.js';
import { withRuntime } from '../../support/live.js';
import { wrong } from '../../support/wrong.js';
import { calculated, calculating, network, outOfOrder } from './support.js';

withRuntime();

const space = { x: uniform(-5, 10), y: uniform(0, 15) };

/** Branin's function: three minima of 0.397887. */
function branin({ x, y }: GridPoint): number {
  const [a, b] = [Number(x), Number(y)];
  const inner = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
  return inner * inner + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

describe('tpe', () => {
  it("comes closer to the minimum of Branin's function than random search, over many seeds", async () => {
    const seeds = Array.from({ length: 20 }, (_, i) => i);
    const bestOf = async (search: typeof tpe | typeof randomSearch): Promise<number[]> => {
      const options = { ...calculated, space, trials: 60, executor: calculating(branin) };
      const results: number[] = [];
      for (const seed of seeds) results.push((await search({ ...options, seed })).best.mean.loss - 0.397887);
      return results;
    };
    const [model, random] = [await bestOf(tpe), await bestOf(randomSearch)];
    expect(medianOf(model)).toBeLessThan(0.5 * medianOf(random));
    const wins = seeds.filter((i) => (model[i] ?? NaN) < (random[i] ?? NaN)).length;
    expect(wins).toBeGreaterThanOrEqual(14);
  });

  it('learns which option is good, and its parameters', async () => {
    const conditional = {
      kind: choice([
        { name: 'bad', rate: logUniform(1e-5, 1) },
        { name: 'good', rate: logUniform(1e-5, 1), depth: integer(1, 8) },
        { name: 'worse' },
      ]),
    };
    const loss = ({ kind }: GridPoint): number => {
      const { name, rate = 1, depth = 0 } = wrong<{ name: string; rate?: number; depth?: number }>(kind);
      return (name === 'good' ? 0 : 3) + Math.abs(Math.log10(rate) + 3) + Math.abs(depth - 5) / 4;
    };
    const options = { ...calculated, space: conditional, trials: 80, executor: calculating(loss) };
    const { best, trials } = await tpe({ ...options, seed: 3 });
    expect(best.point.kind.name).toBe('good');
    expect(best.mean.loss).toBeLessThan(0.4);
    const later = trials.filter(({ index }) => index >= 40);
    const good = later.filter(({ point }) => point.kind.name === 'good').length;
    expect(good).toBeGreaterThan(later.length * 0.6);
  });

  it('begins with the points of randomSearch', async () => {
    const options = { ...calculated, space, executor: calculating(branin), seed: 4 };
    const points = async (search: typeof tpe | typeof randomSearch): Promise<unknown[]> => {
      const { trials } = await search({ ...options, trials: 8 });
      return trials.map(({ index, point }) => [index, point]);
    };
    expect(await points(tpe)).toEqual(await points(randomSearch));
  });

  it('is reproduced by its seed, whatever the order of execution, and goes on from a state', async () => {
    const options = { ...calculated, space, executor: calculating(branin), seed: 8, trials: 30, batch: 3 };
    const states: SearchState[] = [];
    const first = await tpe({ ...options, onState: (state) => states.push(state) });
    expect((await tpe({ ...options, executor: calculating(branin, 9) })).trials).toEqual(first.trials);
    const resume: SearchState = wrong(JSON.parse(JSON.stringify(states[16])));
    expect((await tpe({ ...options, resume })).trials).toEqual(first.trials);
    expect((await tpe({ ...options, seed: 9 })).trials).not.toEqual(first.trials);
    expect((await tpe({ ...options, batch: 4 })).trials).not.toEqual(first.trials);
  });

  it('trains networks, with pruning and failed trials, the same for any executor', async () => {
    const options = {
      ...network,
      space: { learningRate: choice([logUniform(1e-3, 0.1), 1e39]), units: integer(2, 6) },
      folds: 2,
      trials: 12,
      batch: 3,
      startup: 3,
      pruning: 'median' as const,
    };
    const first = await tpe(options);
    expect(first.trials.some((trial) => 'error' in trial)).toBe(true);
    expect((await tpe({ ...options, executor: outOfOrder(4) })).trials).toEqual(first.trials);
  });

  it('finds the largest value with mode max', async () => {
    const executor = calculating(({ a }) => -((Number(a) - 0.3) ** 2));
    const { best } = await tpe({ ...calculated, space: { a: uniform(0, 1) }, mode: 'max', trials: 40, executor });
    expect(Math.abs(best.point.a - 0.3)).toBeLessThan(0.03);
  });

  it('refuses impossible options before any training', async () => {
    const build = vi.fn(network.build);
    const refused = async (change: object, message: RegExp): Promise<void> => {
      await expect(tpe({ ...network, build, space: { units: integer(2, 6) }, ...change })).rejects.toThrow(message);
    };
    await refused({ gamma: 0 }, /^tpe: expected gamma to be a finite number > 0 and < 1, got 0$/);
    await refused({ startup: 0 }, /^tpe: expected startup/);
    await refused({ candidates: 0 }, /^tpe: expected candidates/);
    await refused({ batch: '4' }, /^tpe: expected batch/);
    await refused({ eta: 3 }, /unknown option 'eta'/);
    expect(build).not.toHaveBeenCalled();
  });
});

describe('densities', () => {
  it('of ranges have the integral 1 and are what samples come from', () => {
    for (const values of [
      [],
      [0.2],
      [0.1, 0.11, 0.9],
      [0, 0, 1],
      Array.from({ length: 40 }, (_, i) => (i / 40) ** 2),
    ]) {
      const density = densityOfRange(values);
      const n = 20_000;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.exp(density.logOf((i + 0.5) / n)) / n;
      expect(sum).toBeCloseTo(1, 4);
      const random = new Random([1, 2], values.length);
      const samples = Array.from({ length: 4000 }, () => density.sample(random));
      let below = 0;
      for (let i = 0; i < 0.3 * n; i++) below += Math.exp(density.logOf((i + 0.5) / n)) / n;
      expect(samples.every((sample) => sample >= 0 && sample < 1)).toBe(true);
      expect(Math.abs(samples.filter((sample) => sample < 0.3).length / 4000 - below)).toBeLessThan(0.04);
    }
  });

  it('of choices count', () => {
    const density = densityOfChoice([1, 1, 2], 3);
    expect([0, 1, 2].map((option) => Math.exp(density.logOf(option)))).toEqual(
      [1, 3, 2].map((count) => expect.closeTo(count / 6, 12) as number),
    );
    const random = new Random([3, 4], 5);
    const samples = Array.from({ length: 3000 }, () => density.sample(random));
    expect(samples.filter((option) => option === 1).length / 3000).toBeCloseTo(0.5, 1);
  });
});
