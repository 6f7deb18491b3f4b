import { describe, expect, it, vi } from 'vitest';
import { earlyStopping } from '../../../src/models/index.js';
import {
  hyperband,
  inProcess,
  integer,
  logUniform,
  randomSearch,
  successiveHalving,
  uniform,
  type Executor,
  type HyperbandOptions,
  type SearchState,
  type TrialTask,
} from '../../../src/selection/index.js';
import { bracketsOf } from '../../../src/selection/search/halving.js';
import { withRuntime } from '../../support/live.js';
import { wrong } from '../../support/wrong.js';
import { calculated, calculating, network, outOfOrder } from './support.js';

withRuntime();

const space = { learningRate: logUniform(1e-3, 0.1), units: integer(2, 6) };
const options: HyperbandOptions<typeof space> = { ...network, space, holdOut: 0.25, maxEpochs: 9 };

/** Notes the tasks that run. */
function noting(tasks: TrialTask[]): Executor {
  const inner = inProcess();
  return {
    start: async (search) => {
      const session = await inner.start(search);
      const run: typeof session.run = (task, context) => {
        tasks.push(task);
        return session.run(task, context);
      };
      return { ...session, run };
    },
  };
}

describe('hyperband', () => {
  it('has the brackets of the published table for 81 epochs and eta 3', () => {
    const brackets = bracketsOf('hyperband', { maxEpochs: 81, eta: 3 });
    expect(brackets.map((rungs) => rungs.map(({ trials, epochs }) => [trials, epochs]))).toEqual([
      [[81, 1], [27, 3], [9, 9], [3, 27], [1, 81]],
      [[34, 3], [11, 9], [3, 27], [1, 81]],
      [[15, 9], [5, 27], [1, 81]],
      [[8, 27], [2, 81]],
      [[5, 81]],
    ]); // prettier-ignore
  });

  it('has brackets for any numbers', () => {
    const of = (maxEpochs: number, eta: number, minEpochs = 1, trials?: number): unknown =>
      bracketsOf('hyperband', { maxEpochs, eta, minEpochs }, trials).map((rungs) =>
        rungs.map(({ trials: n, epochs }) => [n, epochs]),
      );
    expect(of(1, 3)).toEqual([[[1, 1]]]);
    expect(of(243, 3)).toHaveLength(6);
    expect(of(16, 4, 4)).toEqual([[[4, 4], [1, 16]], [[2, 16]]]); // prettier-ignore
    expect(of(10, 3)).toEqual([[[9, 1], [3, 3], [1, 10]], [[5, 3], [1, 10]], [[3, 10]]]); // prettier-ignore
    expect(of(9, 3, 1, 10)).toEqual([[[9, 1], [3, 3], [1, 9]], [[1, 3], [1, 9]]]); // prettier-ignore
  });

  it('gives each point the scores of a training that was never interrupted', async () => {
    const tasks: TrialTask[] = [];
    const { trials, best } = await hyperband({ ...options, executor: noting(tasks) });
    expect(trials).toHaveLength(9 + 5 + 3);
    const byEpochs = (epochs: number): number => trials.filter((trial) => trial.epochs === epochs).length;
    expect([byEpochs(1), byEpochs(3), byEpochs(9)]).toEqual([6, 6, 5]);
    expect(best.epochs).toBe(9);
    for (const epochs of [1, 3, 9]) {
      const whole = await randomSearch({
        ...network,
        fit: { ...network.fit, epochs },
        space,
        holdOut: 0.25,
        trials: 17,
      });
      for (const { index, point, folds } of trials.filter((trial) => trial.epochs === epochs)) {
        const same = whole.trials.find((trial) => trial.index === index);
        expect(same?.point).toEqual(point);
        expect(same?.folds).toEqual(folds);
      }
    }
    // Promoted points go on: no task but the first of a point starts at the beginning
    const later = tasks.filter(({ trial, epochs }) => epochs !== tasks.find((task) => task.trial === trial)?.epochs);
    expect(later.length).toBe(3 + 1 + 1);
    for (const { from, epochs = 0 } of later) expect(from?.epoch).toBe(epochs / 3);
    expect(tasks.filter(({ from }) => !from)).toHaveLength(17);
  });

  it('is the same for any executor, on folds too, and when it goes on from a state', async () => {
    const folded = { ...options, holdOut: undefined, folds: 2, maxEpochs: 4, eta: 2 };
    const states: SearchState[] = [];
    const first = await hyperband({ ...folded, onState: (state) => states.push(state) });
    const second = await hyperband({ ...folded, executor: outOfOrder(6) });
    expect(second.trials).toEqual(first.trials);
    const resume: SearchState = wrong(JSON.parse(JSON.stringify(states[Math.floor(states.length * 0.7)])));
    expect((await hyperband({ ...folded, resume })).trials).toEqual(first.trials);
  });

  it('does not go on with a training that a callback has stopped', async () => {
    const tasks: TrialTask[] = [];
    const fit = { ...network.fit, callbacks: [earlyStopping({ monitor: 'loss', patience: 1, minDelta: 10 })] };
    const { trials } = await hyperband({ ...options, fit, executor: noting(tasks) });
    expect(Math.max(...trials.map(({ epochs = 0 }) => epochs))).toBeLessThan(9);
    expect(tasks.filter(({ from }) => from)).toHaveLength(3); // after one epoch nobody has stopped yet
  });

  it('promotes the best, never failed ones', async () => {
    const executor = calculating(({ a }, { epochs = 27 }) => {
      if (typeof a !== 'number' || a < 0.1) throw new RangeError('too small');
      return a + 1 / epochs;
    });
    const { trials, best } = await hyperband({ ...calculated, space: { a: uniform(0, 1) }, maxEpochs: 27, executor });
    const all = await randomSearch({ ...calculated, space: { a: uniform(0, 1) }, trials: trials.length, executor });
    expect(best.point).toEqual(all.best.point);
    const failed = trials.filter((trial) => 'error' in trial);
    expect(failed.length).toBeGreaterThan(0);
    expect(trials.slice(-failed.length)).toEqual(failed);
  });

  it('refuses impossible budgets before any training', async () => {
    const build = vi.fn(options.build);
    const refused = async (change: object, message: RegExp): Promise<void> => {
      await expect(hyperband({ ...options, build, ...change })).rejects.toThrow(message);
    };
    await refused({ maxEpochs: 0 }, /^hyperband: expected maxEpochs to be a whole number >= 1, got 0$/);
    await refused({ maxEpochs: undefined }, /^hyperband: expected maxEpochs/);
    await refused({ minEpochs: 10 }, /^hyperband: expected minEpochs to be a whole number >= 1 and <= 9, got 10$/);
    await refused({ eta: 1 }, /^hyperband: expected eta to be a finite number >= 2, got 1$/);
    await refused({ trials: 0.5 }, /^hyperband: expected trials/);
    await refused(
      { space: { epochs: 3 } },
      /^hyperband: expected a space without epochs, which the search chooses, got /,
    );
    await refused({ batch: 3 }, /unknown option 'batch'/);
    expect(build).not.toHaveBeenCalled();
  });
});

describe('successiveHalving', () => {
  it('leaves one of eta after each step', async () => {
    const counts = new Map<number, number>();
    const executor = calculating(({ a }, { epochs = 0 }) => {
      counts.set(epochs, (counts.get(epochs) ?? 0) + 1);
      return Number(a);
    });
    const search = { ...calculated, space: { a: uniform(0, 1) }, executor };
    await successiveHalving({ ...search, maxEpochs: 27 });
    expect([...counts]).toEqual([[1, 27], [3, 9], [9, 3], [27, 1]]); // prettier-ignore
    counts.clear();
    await successiveHalving({ ...search, maxEpochs: 20, minEpochs: 5, eta: 2, trials: 13 });
    expect([...counts]).toEqual([[5, 13], [10, 6], [20, 3]]); // prettier-ignore
  });

  it('is ended by the signal between two steps, with nothing left alive', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const search = successiveHalving({
      ...options,
      maxEpochs: 9,
      signal: controller.signal,
      onTrial: (_, { done }) => done === 10 && controller.abort(reason),
    });
    await expect(search).rejects.toBe(reason);
  });
});
