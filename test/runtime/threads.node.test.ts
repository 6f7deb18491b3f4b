// The pool in Node: the same bits on any number of threads, workers that die, processes that end.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type workerThreads from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { READY } from '../../src/runtime/generated/layout.js';
import { thiefOf } from '../support/thief.js';
import { DIGEST, type TrainingReport } from '../support/training.js';

const CORES = availableParallelism();
const root = new URL('../..', import.meta.url);
// The very object that the library asks Node for; its Worker may be replaced.
const threadsModule = createRequire(import.meta.url)('node:worker_threads') as typeof workerThreads;
const { Worker } = threadsModule;

/** Modules of a graph of their own: `init` happens once a graph. */
async function freshGraph() {
  vi.resetModules();
  const [training, library, state, pool, gate] = await Promise.all([
    import('../support/training.js'),
    import('../../src/index.js'),
    import('../../src/runtime/state.js'),
    import('../../src/runtime/pool.js'),
    import('../support/gate.js'),
  ]);
  return { ...training, ...library, ...state, ...pool, ...gate };
}

afterEach(() => {
  Object.assign(threadsModule, { Worker });
});

describe('a training', () => {
  it('gives the same bits on 1, 2, 3, 4 and 8 threads', { timeout: 120_000 }, async () => {
    const run = async (threads: number): Promise<TrainingReport> => (await freshGraph()).train(threads);
    const alone = await run(1);
    expect(alone).toMatchObject({ info: { threads: 1, sharedMemory: false }, helped: 0, digest: DIGEST });
    for (const threads of [2, 3, 4, 8]) {
      const report = await run(threads);
      expect(report.info).toEqual({ threads, simd: 'strict', sharedMemory: true });
      expect(report.digest, `${threads} threads`).toBe(DIGEST);
      if (threads <= CORES) expect(report.helped).toBeGreaterThan(0);
    }
  });

  it('has 256 threads at most', async () => {
    const { init, memory } = await freshGraph();
    const reason = 'threads: there is room for 256, 1000000 were wanted';
    expect(await init({ threads: 1e6 })).toMatchObject({ threads: 256, reason });
    expect(memory().reserved).toBeLessThan(2 ** 29);
  });
});

describe('a pool', () => {
  it('shares nothing before a worker is ready, so that such runs do not count in the comparison', async () => {
    const { Pool } = await freshGraph();
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
    const i32 = new Int32Array(memory.buffer);
    const calls: string[] = [];
    const noting = (how: string) => (): number => {
      calls.push(how);
      return 0;
    };
    const wasm = {
      run: noting('alone'),
      runShared: noting('shared'),
      resume: () => 0,
      relaxed: () => 0,
      workerLoop: () => undefined,
    };
    // A worker that never reports
    const worker = 'setInterval(() => undefined, 1e6)';
    const pool = new Pool({ memory, i32 }, wasm, { threads: 2, cores: 2, modules: [], workspaces: 131072, worker });
    for (let i = 0; i < 6; i++) pool.run(0, 0, 1e8);
    expect(calls).toEqual(Array.from({ length: 6 }, () => 'alone'));
    i32[READY / 4] = 1;
    for (let i = 0; i < 4; i++) pool.run(0, 0, 1e8);
    expect(calls.slice(6)).toEqual(Array.from({ length: 4 }, () => 'shared'));
  });
});

describe('a worker that dies', () => {
  it('in the middle of a call: a typed error, and the next call works', async () => {
    const { init, full, sqrt, makeGate, WorkerError, wakePool, wakePoolForAll } = await freshGraph();
    const gate = makeGate();
    await init({ threads: 2 });
    const x = full([1000], 4);
    Object.assign(threadsModule, { Worker: thiefOf(Worker) });
    const pool = (await wakePoolForAll())!;
    Object.assign(threadsModule, { Worker });
    expect(() => gate.whileShut(() => sqrt(x))).toThrow(
      new WorkerError(
        'sqrt: threads: expected every thread to finish its share, got none from one that has died; the result of this call is unusable',
      ),
    );
    const works = (): void => {
      const root = sqrt(x);
      expect(root.data().every((value) => value === 2)).toBe(true);
      root.dispose();
    };
    const { helped } = pool.statistics;
    works(); // at once, on one thread
    expect(pool.statistics.helped).toBe(helped);
    await wakePool();
    gate.whileShut(works); // and with a new worker
    expect(pool.statistics.helped).toBeGreaterThan(helped);
    x.dispose();
  });

  it('between calls: nothing happens, and it is replaced', async () => {
    const workers: workerThreads.Worker[] = [];
    class Watched extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        workers.push(this);
      }
    }
    Object.assign(threadsModule, { Worker: Watched });
    const { init, matmul, randomNormal, wakePool } = await freshGraph();
    await init({ threads: 2 });
    const [a, b] = [randomNormal([300, 300], { seed: 1 }), randomNormal([300, 300], { seed: 2 })];
    const expected = matmul(a, b);
    const pool = (await wakePool())!;
    expect(workers.length).toBe(1);
    await workers[0]!.terminate();
    const again = matmul(a, b);
    expect(again.data()).toEqual(expected.data());
    while (pool.statistics.workers > 0) await new Promise((resolve) => setTimeout(resolve)); // the pool hears of it
    await wakePool();
    expect(workers.length).toBe(2);
    for (const each of [a, b, expected, again]) each.dispose();
  });

  it('while it starts: another is started; when three in a row do, only after much work', async () => {
    const ended: Promise<unknown>[] = [];
    let mortal = 1;
    class Mortal extends Worker {
      constructor(source: string, options: workerThreads.WorkerOptions) {
        super(ended.length < mortal ? '' : source, options); // without a script it ends at once
        ended.push(new Promise((resolve) => this.once('exit', resolve)));
      }
    }
    Object.assign(threadsModule, { Worker: Mortal });
    const { init, wakePool } = await freshGraph();
    await init({ threads: 2 });
    const pool = (await wakePool())!;
    expect(ended.length).toBe(2);
    expect(pool.statistics.workers).toBe(1);

    ended.length = 0;
    mortal = Infinity;
    const other = await freshGraph();
    await other.init({ threads: 2 });
    const { pool: dying } = other.runtime();
    dying!.thresholds.start = 0;
    for (let attempt = 0; attempt < 6; attempt++) {
      dying!.run(0, 0, 1);
      await ended.at(-1);
      await new Promise((resolve) => setTimeout(resolve)); // the pool has heard of it, too
    }
    expect(ended.length).toBe(3);
    dying!.run(0, 0, 1e9); // after so much work once more
    expect(ended.length).toBe(4);
    await ended.at(-1);
  });

  it('where none can be started: everything runs on one thread', async () => {
    Object.assign(threadsModule, { Worker: undefined });
    const { init, matmul, full, runtime } = await freshGraph();
    await init({ threads: 2 });
    runtime().pool!.thresholds.start = 0;
    const a = full([300, 300], 1);
    const product = matmul(a, a);
    expect(product.data().every((value) => value === 300)).toBe(true);
    for (const each of [a, product]) each.dispose();
  });
});

describe('a process', () => {
  it('ends by itself with its workers awake or asleep', () => {
    const source = `
      import { full, init, matmul } from 'wasmgrad';
      await init({ threads: 2 });
      const a = full([256, 256], 1);
      for (let i = 0; i < 100; i++) matmul(a, a).dispose(); // each is a tenth of the work that starts workers
      console.log(full([1], 7).item());
    `;
    const options = { cwd: root, encoding: 'utf8', timeout: 30_000 } as const;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', source], options);
    expect(output.trim()).toBe('7');
  });
});
