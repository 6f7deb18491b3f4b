// What executors of other machines rely on: attempts, changing numbers of machines, and what they may return.
import { describe, expect, it } from 'vitest';
import { WorkerError } from '../../src/index.js';
import { gridSearch, type ExecutorSession, type GridSearch, type TrialTask } from '../../src/selection/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { calculated } from './search/support.js';

withRuntime();

const search = { ...calculated, holdOut: undefined, folds: 2, grid: { a: [1, 2, 3] } };

/** A search by a session with parts of the caller's. */
function searchBy(session: Partial<ExecutorSession>): Promise<GridSearch<{ readonly a: number }>> {
  const { holdOut: _, ...known } = search;
  const run = ({ point }: TrialTask): Promise<{ loss: number }> => Promise.resolve({ loss: Number(point['a']) });
  const executor = { start: () => ({ concurrency: 2, run, close: () => undefined, ...session }) };
  return gridSearch({ ...known, executor });
}

describe('an executor', () => {
  it('is given a task again when its machine was lost, as often as it says', async () => {
    const tried = new Map<string, number>();
    const run = (deaths: number) => (task: TrialTask) => {
      const key = `${task.trial}/${task.fold}`;
      const count = (tried.get(key) ?? 0) + 1;
      tried.set(key, count);
      if (task.trial === 1 && count <= deaths) return Promise.reject(new WorkerError('lost'));
      return Promise.resolve({ loss: task.trial });
    };
    const saved = await searchBy({ attempts: 3, run: run(2) });
    expect(saved.trials.map((trial) => 'error' in trial)).toEqual([false, false, false]);
    expect([...tried.values()].sort()).toEqual([1, 1, 1, 1, 3, 3]);
    tried.clear();
    const lost = await searchBy({ attempts: 2, run: run(2) });
    expect(lost.trials[2]?.error).toEqual(new WorkerError('lost'));
  });

  it('is not given a refused point again', async () => {
    let count = 0;
    const run = ({ trial }: TrialTask): Promise<{ loss: number }> => {
      count++;
      return trial === 0 ? Promise.reject(new RangeError('no such network')) : Promise.resolve({ loss: 1 });
    };
    const { trials } = await searchBy({ attempts: 5, run });
    expect(count).toBe(6);
    expect(trials[2]?.error).toEqual(new RangeError('no such network'));
  });

  it('may have machines that come and go', async () => {
    let [machines, running, most] = [0, 0, 0];
    const started: number[] = [];
    setTimeout(() => (machines = 1), 30);
    const run = async ({ trial }: TrialTask): Promise<{ loss: number }> => {
      running++;
      most = Math.max(most, running);
      expect(running).toBeLessThanOrEqual(machines);
      started.push(trial);
      await new Promise((resolve) => setTimeout(resolve));
      running--;
      if (started.length === 2) machines = 3;
      return { loss: trial };
    };
    const { trials } = await searchBy({ concurrency: () => machines, run });
    expect(trials).toHaveLength(3);
    expect(most).toBe(3);
  });

  it('is refused when it is none', async () => {
    await expect(searchBy({ attempts: 0 })).rejects.toThrow(
      new RangeError('gridSearch: expected attempts of the executor to be a whole number >= 1, got 0'),
    );
    await expect(searchBy({ concurrency: 0 })).rejects.toThrow(typed(RangeError, /^gridSearch: expected concurrency/));
    await expect(searchBy({ concurrency: () => -1 })).rejects.toThrow(typed(RangeError, /concurrency of the executor/));
    await expect(searchBy({ run: () => wrong(3) })).rejects.toThrow(
      new TypeError('gridSearch: expected the executor to give scores, got 3'),
    );
  });
});
