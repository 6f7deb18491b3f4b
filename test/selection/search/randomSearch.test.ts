import { describe, expect, it, vi } from 'vitest';
import { FormatError, NonFiniteError } from '../../../src/index.js';
import { table } from '../../../src/data/index.js';
import { dense } from '../../../src/layers/index.js';
import { sequential } from '../../../src/models/index.js';
import {
  choice,
  integer,
  logUniform,
  randomSearch,
  uniform,
  type EpochReport,
  type Executor,
  type RandomSearchOptions,
  type SearchState,
} from '../../../src/selection/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import { wrong } from '../../support/wrong.js';
import { calculated, calculating, network, outOfOrder } from './support.js';

withRuntime();

const space = { learningRate: logUniform(1e-3, 0.1), units: integer(2, 6) };
type S = typeof space;
const options: RandomSearchOptions<S> = { ...network, space, folds: 2, trials: 4 };

describe('randomSearch', () => {
  it('ranks trials, is reproduced by its seed for any executor, and begins with the same trials when there are more', async () => {
    const first = await randomSearch(options);
    expect(first.trials.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    const means = first.trials.map(({ mean }) => mean.loss);
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(first.best).toBe(first.trials[0]);
    expect(first.table()).toMatch(/^rank +learningRate +units +loss +accuracy\n1 /);
    const second = await randomSearch({ ...options, executor: outOfOrder(5) });
    expect(second.trials).toEqual(first.trials);
    const more = await randomSearch({ ...options, trials: 6 });
    for (const trial of first.trials) {
      const { rank: _, ...same } = more.trials.find(({ index }) => index === trial.index) ?? { rank: 0 };
      expect({ rank: trial.rank, ...same }).toEqual(trial);
    }
    const other = await randomSearch({ ...options, seed: 6 });
    expect(other.trials.map(({ mean }) => mean.loss)).not.toEqual(means);
  });

  it('has one training for each point with holdOut', async () => {
    const { best } = await randomSearch({ ...options, folds: undefined, holdOut: 0.25 });
    expect(best.folds).toHaveLength(1);
    expect(best.mean).toEqual(best.folds[0]);
  });

  it('goes on from every state that it ever had, without doing anything again', async () => {
    const states: SearchState[] = [];
    const whole = await randomSearch({
      ...options,
      onState: (state) => states.push(JSON.parse(JSON.stringify(state)) as SearchState),
    });
    expect(states).toHaveLength(8);
    for (const done of [1, 3, 8]) {
      const resume = states[done - 1];
      const run = vi.fn();
      const executor: Executor = {
        start: (search) => ({
          concurrency: 2,
          run: (task) => {
            run();
            return search.run(task);
          },
          close: () => undefined,
        }),
      };
      const rest = await randomSearch({ ...options, executor, resume });
      expect(rest.trials).toEqual(whole.trials);
      expect(new Set(rest.state.tasks.map(({ key }) => key))).toEqual(new Set(whole.state.tasks.map(({ key }) => key)));
      expect(run).toHaveBeenCalledTimes(8 - done);
    }
    const extended = await randomSearch({ ...options, trials: 5, resume: whole.state });
    expect(extended.trials).toEqual((await randomSearch({ ...options, trials: 5 })).trials);
  });

  it('keeps failed trials, their errors included, over a resume', async () => {
    const failing = { ...network, space: { learningRate: choice([0.01, 1e39]), units: 3 }, folds: 2, trials: 5 };
    const first = await randomSearch(failing);
    const errors = first.trials.filter((trial) => 'error' in trial);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThan(5);
    expect(errors[0]?.error).toBeInstanceOf(NonFiniteError);
    const build = vi.fn(failing.build);
    const resume: SearchState = wrong(JSON.parse(JSON.stringify(first.state)));
    const again = await randomSearch({ ...failing, build, resume });
    expect(again.trials).toEqual(first.trials);
    expect(build).not.toHaveBeenCalled();
  });

  it('trains the best point on all rows when asked to', async () => {
    const { model, history, best, preprocessing } = await randomSearch({ ...options, refit: true });
    expect(history?.epochs).toHaveLength(3);
    expect(model?.weights[0]?.shape).toEqual([2, best.point.units]);
    expect(preprocessing).toBeUndefined();
    model?.dispose();
    expect((await randomSearch(options)).model).toBeUndefined();
  });

  it('encodes tables in each fold, and for the model of all rows', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      a: (i * 7) % 11,
      b: ['x', 'y', 'z'][i % 3],
      kind: i % 2 === 0,
    }));
    const { model, preprocessing, best } = await randomSearch({
      build: (_, { seed, inputShape }) =>
        sequential({ inputShape, seed }, [dense({ units: 1, activation: 'sigmoid' })]),
      space: { learningRate: logUniform(0.01, 1) },
      data: table(rows, { label: 'kind' }),
      ...{ fit: network.fit, folds: 3, trials: 2, stratified: true, refit: true },
    });
    expect(best.folds).toHaveLength(3);
    expect(preprocessing?.inputs).toEqual(['a', 'b=x', 'b=y', 'b=z']);
    model?.dispose();
  });

  it('gives up trainings behind the median, the same ones with any executor', async () => {
    const pruned = { ...options, trials: 9, batch: 3, pruning: { rule: 'median', startup: 3, warmup: 1 } } as const;
    const first = await randomSearch(pruned);
    const given = first.trials.filter((trial) => trial.pruned);
    expect(given.length).toBeGreaterThan(0);
    expect(first.trials.slice(-given.length)).toEqual(given); // they come last
    for (const { index, epochs } of given) {
      expect(index).toBeGreaterThanOrEqual(3);
      expect(epochs).toBeGreaterThanOrEqual(2);
    }
    expect((await randomSearch({ ...pruned, executor: outOfOrder(4) })).trials).toEqual(first.trials);
    const all = await randomSearch({ ...options, trials: 9 });
    expect(first.best.folds).toEqual(all.best.folds);
  });

  it('tells of epochs', async () => {
    const seen: (EpochReport & { readonly trial: number; readonly fold: number })[] = [];
    const { trials } = await randomSearch({ ...options, trials: 2, onReport: (report) => seen.push(report) });
    expect(seen.map(({ trial, fold, epoch }) => [trial, fold, epoch])).toEqual(
      [0, 1].flatMap((trial) => [0, 1].flatMap((fold) => [1, 2, 3].map((epoch) => [trial, fold, epoch]))),
    );
    const last = trials.find(({ index }) => index === 1);
    expect(seen.at(-1)?.scores).toEqual(last?.folds[1]);
  });

  it('ends when its time is over, with the trials that are done', async () => {
    const controller = new AbortController();
    let count = 0;
    const slow = calculating(() => 1);
    const executor: Executor = {
      start: async (search) => {
        const session = await slow.start(search);
        const run: typeof session.run = async (task) => {
          if (count++ > 2) await new Promise((resolve) => search.signal?.addEventListener('abort', resolve));
          return session.run(task);
        };
        return { ...session, run };
      },
    };
    const search = { ...calculated, space: { a: uniform(0, 1) }, seconds: 0.2, signal: controller.signal };
    const { trials } = await randomSearch({ ...search, executor });
    expect(trials).toHaveLength(3);
    await expect(randomSearch({ ...search, executor, seconds: 0.01 })).rejects.toThrow(
      new RangeError('randomSearch: expected at least one trial to end within 0.01 seconds, got none'),
    );
  });

  it('is ended by the signal in the middle, with nothing left alive', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const long = { ...options, fit: { ...network.fit, epochs: 100_000 } };
    setTimeout(() => controller.abort(reason), 50);
    await expect(randomSearch({ ...long, signal: controller.signal })).rejects.toBe(reason);
    await expect(randomSearch({ ...long, signal: controller.signal })).rejects.toBe(reason);
    const during = new AbortController();
    const refit = {
      ...options,
      fit: { ...network.fit, onEpochEnd: () => undefined },
      refit: true,
      signal: during.signal,
    };
    await expect(randomSearch({ ...refit, onTrial: (_, { done }) => done === 4 && during.abort(reason) })).rejects.toBe(
      reason,
    );
  });

  it('throws what its listeners throw', async () => {
    const failing = (): never => {
      throw new TypeError('mine');
    };
    await expect(randomSearch({ ...options, onTrial: failing })).rejects.toThrow(new TypeError('mine'));
    await expect(randomSearch({ ...options, onState: failing })).rejects.toThrow(new TypeError('mine'));
  });

  it('refuses impossible searches before any training', async () => {
    const build = vi.fn(options.build);
    const refused = async (change: object, message: RegExp): Promise<void> => {
      await expect(randomSearch<S>({ ...options, build, ...change })).rejects.toThrow(message);
    };
    await refused({ trials: 0 }, /^randomSearch: expected trials to be a whole number >= 1, got 0$/);
    await refused({ seconds: 0 }, /^randomSearch: expected seconds/);
    await refused({ holdOut: 0.5 }, /^randomSearch: expected either folds or holdOut, got both$/);
    await refused(
      { holdOut: 1, folds: undefined },
      /^randomSearch: expected holdOut to be a finite number > 0 and < 1, got 1$/,
    );
    await refused({ folds: 33 }, /^randomSearch: expected folds to be a whole number >= 2 and <= 32, got 33$/);
    await refused(
      { monitor: 'precision' },
      /^randomSearch: expected monitor to be one of loss, accuracy, got 'precision'$/,
    );
    await refused({ grid: {} }, /unknown option 'grid'/);
    await refused({ pruning: 'mean' }, /^randomSearch: expected pruning/);
    await refused({ pruning: { rule: 'mean' } }, /^randomSearch: expected pruning.rule/);
    await refused({ batch: 0 }, /^randomSearch: expected batch/);
    await refused({ onState: 3 }, /^randomSearch: expected onState to be a function, got 3$/);
    await refused({ resume: 3 }, /^randomSearch: expected resume to be a state/);
    await refused(
      { resume: { search: 'x', tasks: [] } },
      /^randomSearch: expected resume to be of a search on the same data/,
    );
    await refused({ refit: 1 }, /^randomSearch: expected refit/);
    await refused({ signal: {} }, /AbortSignal/);
    await refused({ executor: {} }, /^randomSearch: expected executor/);
    await refused({ seed: -1 }, /^randomSearch: expected seed/);
    await refused({ seed: Number.MAX_SAFE_INTEGER }, /^randomSearch: expected seed/);
    expect(build).not.toHaveBeenCalled();
    const { state } = await randomSearch({ ...options, trials: 1 });
    const other = randomSearch({ ...options, resume: state, seed: 7 });
    await expect(other).rejects.toThrow(typed(FormatError, /got that of another$/));
  });
});
