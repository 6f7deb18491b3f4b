import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { NonFiniteError, WorkerError } from '../../src/index.js';
import { gridSearch, workerPool, type Executor } from '../../src/selection/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { imported } from './imported.js';
import { plane } from './support.js';

withRuntime();

const module = new URL('./trials.mjs', import.meta.url);
const { build, fit } = imported;
const data = plane(48).slice(4, 44);
const options = { build, fit, data, folds: 3, seed: 2, stratified: true };
const pool = (workers: number): Executor => workerPool({ module, workers });

describe('workerPool', () => {
  it('gives the numbers and the ranking of one thread, failed trials included', async () => {
    const grid = { learningRate: [0.05, 1e39, -1], units: [3, 0] };
    const here = await gridSearch({ ...options, grid });
    for (const workers of [1, 2]) {
      const there = await gridSearch({ ...options, grid, executor: pool(workers) });
      expect(there.trials).toEqual(here.trials);
      expect(there.table()).toBe(here.table());
      const diverged = there.trials.find(({ point }) => point.learningRate === 1e39 && point.units === 3);
      expect(diverged?.error).toBeInstanceOf(NonFiniteError);
      expect(diverged?.error).toHaveProperty('epoch', 1);
      expect(there.trials.at(-1)?.error).toBeInstanceOf(RangeError);
    }
  });

  it('reports a training whose worker dies, and goes on with another worker', async () => {
    const grid = { units: [2, 3], end: [false, true] };
    const seen: string[] = [];
    const { trials: ranked } = await gridSearch({
      ...options,
      grid,
      executor: pool(2),
      onTrial: ({ point, error }) => {
        seen.push(`${point.units} ${point.end} ${error instanceof Error ? error.name : 'done'}`);
      },
    });
    expect(seen.sort()).toEqual(['2 false done', '2 true WorkerError', '3 false done', '3 true WorkerError']);
    expect(ranked[0]?.point.end).toBe(false);
    expect(String(ranked[3]?.error)).toContain('it ended with code 3');
  });

  it('ends at once when a module cannot be loaded or has no trials', async () => {
    const grid = { units: [2] };
    const search = (name: string): Promise<unknown> =>
      gridSearch({ ...options, grid, executor: workerPool({ module: new URL(name, import.meta.url), workers: 2 }) });
    await expect(search('./missing.mjs')).rejects.toThrow(
      typed(Error, /^Cannot find module '.*missing\.mjs' imported from /),
    );
    const noTrials = 'data:text/javascript,export default 3';
    const executor = workerPool({ module: noTrials, workers: 1 });
    await expect(gridSearch({ ...options, grid, executor })).rejects.toThrow(
      new TypeError('workerPool: expected a module whose default export is made by defineTrials, got number'),
    );
  });

  it('ends its workers when the signal is given', async () => {
    const controller = new AbortController();
    const search = gridSearch({
      ...options,
      grid: { units: [2, 3, 4, 5], epochs: [100_000] },
      executor: pool(2),
      signal: controller.signal,
    });
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 300);
    await expect(search).rejects.toThrow('enough');
  });

  it('refuses impossible pools', () => {
    expect(() => workerPool({})).toThrow('workerPool: expected either module or spawn, got neither');
    expect(() => workerPool({ module, spawn: () => wrong(0) })).toThrow(
      new TypeError('workerPool: expected either module or spawn, got both'),
    );
    expect(() => workerPool({ module: './trials.mjs' })).toThrow(
      new TypeError(
        "workerPool: expected module to be an absolute URL, such as new URL('./trials.js', import.meta.url), got './trials.mjs'",
      ),
    );
    expect(() => workerPool({ module: wrong(3) })).toThrow(
      new TypeError('workerPool: expected module to be a URL, got 3'),
    );
    expect(() => workerPool({ module, workers: 0 })).toThrow(
      new RangeError('workerPool: expected workers to be a whole number >= 1, got 0'),
    );
    expect(() => workerPool(wrong({ module, worker: 2 }))).toThrow(
      typed(TypeError, /^workerPool: expected options .*, got unknown option 'worker'$/),
    );
  });
});

describe('a worker that is lost', () => {
  const serving = `import('${new URL('./served.mjs', import.meta.url).href}').then(({ default: trials }) => trials.serve())`;
  const grid = { units: [2, 3] };
  let started: Worker[] = [];

  /** One worker; the first of those started end before they are ready. */
  function mortal(deaths: number): Executor {
    started = [];
    const spawn = (): Worker => {
      const worker = new Worker(started.length < deaths ? 'process.exit(4)' : serving, { eval: true });
      started.push(worker);
      return worker;
    };
    return workerPool({ spawn, workers: 1 });
  }

  it('while it starts is replaced, three times in a row ends the search', async () => {
    const here = await gridSearch({ ...options, grid });
    const there = await gridSearch({ ...options, grid, executor: mortal(2) });
    expect(there.trials).toEqual(here.trials);
    expect(started.length).toBe(3);
    await expect(gridSearch({ ...options, grid, executor: mortal(3) })).rejects.toThrow(
      new WorkerError('workerPool: expected an answer of its worker, got none: it ended with code 4'),
    );
    expect(started.length).toBe(3);
  });

  it('while it waits costs no trial', async () => {
    const one = mortal(0);
    const executor: Executor = {
      start: async (search) => {
        const { concurrency, close, run } = await one.start(search);
        const afterDeath: typeof run = async (task) => {
          if (task.trial === 1 && task.fold === 0) {
            await started.at(-1)?.terminate();
            await new Promise((resolve) => setTimeout(resolve)); // the pool hears of it
          }
          return run(task);
        };
        return { concurrency, close, run: afterDeath };
      },
    };
    const here = await gridSearch({ ...options, grid });
    expect((await gridSearch({ ...options, grid, executor })).trials).toEqual(here.trials);
    expect(started.length).toBe(2);
  });
});
