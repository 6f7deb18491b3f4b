// Searches over several processes and a real server.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { init } from 'wasmgrad';
import { dataset, type Dataset } from 'wasmgrad/data';
import { choice, gridSearch, hyperband, integer, randomSearch, type Trial } from 'wasmgrad/selection';
import { bullmq, type BullmqOptions } from '../../packages/bullmq/dist/index.js';
import { wrong } from '../support/wrong.js';
import { installAs } from './otherVersion.js';
import { freePort, Server, serverProgram } from './redis.js';
import trials from './trials.mjs';
import { fileOf, killAll, WorkerProcess } from './workers.js';

const program = serverProgram();
const file = fileOf('trials.mjs');
const LONG = 120_000;

function plane(n: number): Dataset {
  const x = Array.from({ length: n }, (_, i) => [((i * 37) % 41) / 20 - 1, ((i * 53) % 47) / 23 - 1]);
  return dataset(
    x,
    x.map(([a = 0, b = 0]) => [Number(b > a * a - 0.3)]),
  );
}

const data = plane(40);
const functions = { build: trials.build, fit: trials.fit, data, seed: 3 };

/** What must be equal wherever a search runs; errors by class and message. */
function comparable(all: readonly Trial<unknown>[]): unknown {
  const text = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : 'none');
  return all.map(({ error, ...rest }) => ({ ...rest, error: text(error) }));
}

/** Folders to be removed. */
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function written(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-bullmq-'));
  folders.push(folder);
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe.skipIf(program === undefined)('bullmq', () => {
  let server: Server;
  let count = 0;
  let queue = '';
  const worker = (...args: readonly string[]): WorkerProcess =>
    WorkerProcess.start(server.url, file, '--queue', queue, '--lost-after', '1', ...args);
  const executor = (options: Partial<BullmqOptions> = {}): ReturnType<typeof bullmq> =>
    bullmq({ connection: server.url, module: file, queue, ...options });

  beforeAll(async () => {
    await init();
    server = await Server.start(program ?? '');
  });
  afterEach(async () => {
    await killAll();
    queue = `test-${++count}`;
  });
  afterAll(() => server.remove());

  it('gives the bits of one process though a worker and the server are killed', { timeout: LONG }, async () => {
    queue = 'test-0';
    const grid = { units: [2, 3, 4, -1], learningRate: [0.01, 0.1], wait: [150] };
    const options = { ...functions, grid, folds: 3 };
    const here = await gridSearch(options);
    const workers = [worker(), worker(), worker()];
    await Promise.all(workers.map((each) => each.said('ready')));
    const restart = async (): Promise<void> => {
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await server.start();
    };
    let done = 0;
    const disturbances: Promise<unknown>[] = [];
    const onTrial = (): void => {
      done++;
      if (done === 1 && workers[0]) disturbances.push(workers[0].kill());
      if (done === 3) disturbances.push(restart());
    };
    const there = await gridSearch({ ...options, executor: executor({ attempts: 9 }), onTrial });
    await Promise.all(disturbances);
    expect(disturbances).toHaveLength(2);
    expect(comparable(there.trials)).toEqual(comparable(here.trials));
    expect(there.table()).toBe(here.table());
    await Promise.all(workers.slice(1).map((each) => each.said('the server is back')));
  });

  it('refuses a worker of another version', { timeout: LONG }, async () => {
    const splitting = { k: 2, seed: 3, stratified: false, timeOrdered: false };
    const session = await executor().start(wrong({ data, ...splitting }));
    const folder = installAs('0.0.9');
    folders.push(folder);
    const command = join(folder, 'node_modules/wasmgrad-bullmq/bin/wasmgrad-worker.mjs');
    const refused = WorkerProcess.of(command, server.url, join(folder, 'trials.mjs'), '--queue', queue);
    expect(await refused.ended).toBe(1);
    expect(refused.text).toMatch(
      /^wasmgrad-worker: expected the versions of the search, got version 0\.0\.9, not \S+\n$/,
    );
    await session.close();
  });

  it('goes on with snapshots, reports and pruning as in one process', { timeout: LONG }, async () => {
    const workers = [worker(), worker()];
    await Promise.all(workers.map((each) => each.said('ready')));
    const space = { units: integer(2, 6), learningRate: choice([0.01, 0.1]) };
    const halving = { ...functions, space, maxEpochs: 4, eta: 2, holdOut: 0.25 };
    const [here, there] = [await hyperband(halving), await hyperband({ ...halving, executor: executor() })];
    expect(comparable(there.trials)).toEqual(comparable(here.trials));
    const seen: number[] = [];
    const onReport = ({ epoch }: { readonly epoch: number }): void => void seen.push(epoch);
    const random = { ...functions, space, trials: 8, folds: 2, pruning: { rule: 'median', startup: 2 } } as const;
    const one = await randomSearch({ ...random, onReport: () => undefined });
    const several = await randomSearch({ ...random, onReport, executor: executor() });
    expect(comparable(several.trials)).toEqual(comparable(one.trials));
    expect(seen.filter((epoch) => epoch === 1).length).toBeGreaterThan(2);
  });

  it('continues an interrupted search, and ends trainings that nobody wants', { timeout: LONG }, async () => {
    process.env['PRINT_TASKS'] = 'yes';
    const one = worker();
    delete process.env['PRINT_TASKS'];
    await one.said('ready');
    const options = { ...functions, grid: { units: [2, 3, 4], wait: [50] }, folds: 2 };
    const controller = new AbortController();
    const { signal } = controller;
    const begun = (): number => one.text.split('task begun').length - 1;
    const onTrial = (): void => controller.abort(new Error('enough'));
    const interrupted = gridSearch({
      ...options,
      grid: { units: [2, 3], wait: [50, 60_000] },
      executor: executor(),
      signal,
      onTrial,
    });
    await expect(interrupted).rejects.toThrow(new Error('enough'));
    const before = begun();
    const again = await gridSearch({ ...options, executor: executor() });
    expect(again.trials).toHaveLength(3);
    expect(begun() - before).toBeLessThanOrEqual(5); // of 6 tasks; those of the first trial were done
    const third = begun();
    await gridSearch({ ...options, executor: executor() });
    expect(begun()).toBe(third);
  });

  it('tries a training again whose process ends, a few times only', { timeout: LONG }, async () => {
    const workers = [worker(), worker(), worker()];
    await Promise.all(workers.map((each) => each.said('ready')));
    const options = { ...functions, grid: { units: [2], end: [false, true] }, folds: 2 };
    const { trials: all } = await gridSearch({ ...options, executor: executor({ attempts: 1 }) });
    expect(all[0]?.error).toBeUndefined();
    expect(String(all[1]?.error)).toMatch(/^WorkerError: bullmq: expected a worker to end its task, got 'job stalled/);
    expect(await Promise.all(workers.map((each) => each.kill('SIGTERM')))).toContain(3);
  });

  it('takes the module of the first worker when it is given none', { timeout: LONG }, async () => {
    const grid = { units: [2, 3] };
    const search = gridSearch({ ...functions, grid, folds: 2, executor: executor({ module: undefined }) });
    const first = worker();
    await first.said('ready');
    expect((await search).trials).toHaveLength(2);
    expect(await first.kill('SIGTERM')).toBe(0);
  });

  it('sends workers with other trials away, also those that were there before', { timeout: LONG }, async () => {
    const one = worker();
    await one.said('ready');
    const module = written('trials.mjs', 'export default "other trials"');
    const controller = new AbortController();
    const counts: number[] = [];
    const onWorkers = (workers: number): void => void counts.push(workers);
    const search = gridSearch({
      ...{ ...functions, grid: { units: [2] }, folds: 2, signal: controller.signal },
      executor: executor({ module, onWorkers }),
    });
    expect(await one.ended).toBe(1);
    expect(one.text).toMatch(
      /wasmgrad-worker: expected the versions of the search, got trials [0-9a-f]+, not [0-9a-f]+\n$/,
    );
    controller.abort(new Error('nobody comes'));
    await expect(search).rejects.toThrow(new Error('nobody comes'));
    expect(counts).toEqual([0]);
  });

  it('refuses in one line', { timeout: LONG }, async () => {
    const port = await freePort();
    const address = `redis://127.0.0.1:${port}`;
    const throwing = written('throwing.mjs', 'throw new Error("no good\\nat all")');
    const other = written('other.mjs', 'export default 3');
    const wrongPassword = server.url.replace(server.password, 'guess');
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[address, file], /expected a server that accepts this program at 127\.0\.0\.1:\d+, got connect ECONNREFUSED/],
      [[wrongPassword, file], /expected a server that accepts this program .*, got WRONGPASS/],
      [[server.url, throwing], /expected .*throwing\.mjs to be a module that can be imported, got Error: no good$/],
      [[server.url, other], /expected the default export of .* to be made by defineTrials$/],
      [[server.url, `${file}x`], /expected .*x to be a file that can be read, got Error: ENOENT/],
      [[server.url], /expected an address and a module/],
      [['http://localhost', file], /expected connection to be an address such as redis:/],
      [[server.url, file, '--lost-after', 'soon'], /expected --lost-after to be a number of seconds/],
      [[server.url, file, '--other'], /Unknown option '--other'/],
    ];
    for (const [args, message] of cases) {
      const refused = WorkerProcess.start(...args);
      expect(await refused.ended).toBe(1);
      expect(refused.text.trim()).toMatch(new RegExp(`^wasmgrad-worker: ${message.source}`));
      expect(refused.text).not.toContain(server.password);
      expect(refused.text.trim().split('\n')).toHaveLength(1);
    }
    const search = { ...functions, grid: { units: [2] }, folds: 2 };
    const refusal = (options: Partial<BullmqOptions>): Promise<unknown> =>
      gridSearch({ ...search, executor: executor(options) });
    await expect(refusal({ connection: address })).rejects.toThrow(/^bullmq: expected a server that .* ECONNREFUSED/);
    await expect(refusal({ connection: wrongPassword })).rejects.toThrow(
      /^bullmq: expected a server that .* WRONGPASS/,
    );
    await expect(refusal({ module: `${file}x` })).rejects.toThrow(/^bullmq: expected module to be a file/);
  });

  it('refuses data that have changed', { timeout: LONG }, async () => {
    const one = worker();
    await one.said('ready');
    const search = { ...functions, grid: { units: [2] }, folds: 2, executor: executor({ search: 'mine' }) };
    await gridSearch(search);
    await gridSearch(search);
    await expect(gridSearch({ ...search, data: plane(41) })).rejects.toThrow(
      new RangeError("bullmq: expected the data and folds that search 'mine' began with, got others"),
    );
  });

  it('refuses impossible options', () => {
    const refused = (options: object, message: string | RegExp): void =>
      expect(() => bullmq(wrong({ connection: server.url, ...options }))).toThrow(message);
    refused({ connection: 3 }, 'bullmq: expected connection to be an address such as redis://localhost:6379, got 3');
    refused({ connection: 'localhost' }, "got 'localhost'");
    refused({ attempts: 0 }, 'bullmq: expected attempts to be a whole number >= 1, got 0');
    refused({ keepDays: NaN }, 'bullmq: expected keepDays to be a number > 0 and <= 3650, got NaN');
    refused({ queue: 'a b' }, "bullmq: expected queue to consist of letters, digits, '.', '-' and '_', got 'a b'");
    refused({ module: 3 }, 'bullmq: expected module to be a file: URL or a path, got 3');
    refused({ onWorkers: 3 }, 'bullmq: expected onWorkers to be a function, got 3');
    refused({ other: 3 }, /^bullmq: unknown option 'other'/);
    expect(() => bullmq(wrong(undefined))).toThrow('bullmq: expected options, got undefined');
  });
});
