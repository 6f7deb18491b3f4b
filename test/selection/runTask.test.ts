import { afterEach, describe, expect, it } from 'vitest';
import { FormatError, memory } from '../../src/index.js';
import { table } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { binaryCrossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import {
  defineTrials,
  fingerprint,
  fingerprintMismatch,
  gridSearch,
  openSearch,
  pack,
  packSearch,
  runTask,
  taskKey,
  unpack,
  type EpochReport,
  type Executor,
  type GridPoint,
  type Search,
  type TrialResult,
  type TrialTask,
} from '../../src/selection/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { plane, smallNetwork } from './support.js';

withRuntime();

const fit = {
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 0.05 }),
  epochs: 4,
  batchSize: 8,
  metrics: ['accuracy'] as const,
};
const trials = defineTrials<GridPoint & { readonly units: number }>({
  build: ({ units }, context) => smallNetwork(units, context),
  fit,
});
const data = plane(40);
const splitting = { k: 2, seed: 3, stratified: true, timeOrdered: false };
const search: Search = wrong({ data, ...splitting });
const opened = (): ReturnType<typeof openSearch> => openSearch(packSearch(search).bytes);
const task: TrialTask = { trial: 0, point: { units: 3 }, fold: 1, seed: 4 };

/** What another machine that is sent bytes gives back. */
async function elsewhere(bytes: Uint8Array, given: TrialTask): Promise<TrialResult> {
  const sent: TrialTask = wrong(unpack(pack(given)));
  return wrong(unpack(pack(await runTask({ default: trials }, openSearch(bytes), sent))));
}

afterEach(() => expect(memory().liveTensors).toBe(0));

describe('runTask', () => {
  it('gives the trials of gridSearch when everything goes through bytes', async () => {
    const known = { build: trials.build, fit, data, folds: 2, seed: 3, stratified: true };
    const executor: Executor = {
      start: (given) => {
        const { bytes } = packSearch(given);
        return { concurrency: 3, run: (each) => elsewhere(bytes, each), close: () => undefined };
      },
    };
    const grid = { units: [2, 3], learningRate: [0.1, -1] };
    const here = await gridSearch({ ...known, grid });
    const there = await gridSearch({ ...known, grid, executor });
    expect(there.trials).toEqual(here.trials);
  });

  it('goes on from a snapshot with the bits of a training that never stopped', async () => {
    const whole = await runTask(trials, opened(), { ...task, epochs: 6, keep: true });
    const half = await runTask(trials, opened(), { ...task, epochs: 2, keep: true });
    expect([half.epochs, half.snapshot?.epoch]).toEqual([2, 2]);
    const from: TrialResult = wrong(unpack(pack(half)));
    const rest = await runTask(trials, opened(), { ...task, epochs: 6, keep: true, from: from.snapshot });
    expect(rest.scores).toEqual(whole.scores);
    expect(rest.snapshot?.weights).toEqual(whole.snapshot?.weights);
    expect(rest.snapshot?.slots).toEqual(whole.snapshot?.slots);
    expect(half.scores).not.toEqual(whole.scores);
  });

  it('reports epochs, which change nothing, and gives up behind a limit', async () => {
    const seen: EpochReport[] = [];
    const plain = await runTask(trials, opened(), task);
    const told = await runTask(
      trials,
      opened(),
      { ...task, reports: true },
      { onReport: (report) => seen.push(report) },
    );
    expect(told).toEqual({ ...plain, reports: seen });
    expect(seen.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(seen[3]?.scores).toEqual(plain.scores);
    const second = seen[1]?.scores.loss ?? NaN;
    const limits = (limit: number): TrialTask => ({
      ...task,
      prune: { monitor: 'loss', mode: 'min', limits: [null, limit] },
    });
    expect(await runTask(trials, opened(), limits(second))).toEqual(plain);
    const pruned = await runTask(trials, opened(), limits(second - 1e-6));
    expect(pruned).toEqual({ scores: seen[1]?.scores, epochs: 2, ended: 'pruned' });
  });

  it('is ended by its signal, also in the middle', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const long = { ...task, epochs: 1e6, reports: true };
    const context = { signal: controller.signal, onReport: () => controller.abort(reason) };
    await expect(runTask(trials, opened(), long, context)).rejects.toBe(reason);
    await expect(runTask(trials, opened(), long, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('takes tables', async () => {
    const rows = Array.from({ length: 24 }, (_, i) => ({ a: i % 5, b: ['x', 'y', 'z'][i % 3], kind: i % 2 === 0 }));
    const made = table(rows, { label: 'kind' });
    const key = packSearch(wrong({ data: made, ...splitting })).key;
    expect(key).not.toBe(packSearch(search).key);
    const ofTable = defineTrials({
      build: (_, { seed, inputShape }) => {
        const layers = [dense({ units: 1, activation: 'sigmoid' })];
        return sequential({ inputShape, seed }, layers);
      },
      fit: { loss: binaryCrossEntropy(), optimizer: adam() },
    });
    const options = { build: ofTable.build, fit: ofTable.fit, data: made, folds: 2, ...{ seed: 3, stratified: true } };
    const { best } = await gridSearch({ ...options, grid: { learningRate: [0.1] } });
    const { bytes } = packSearch(wrong({ data: made, ...splitting }));
    const there = await runTask(ofTable, openSearch(bytes), { ...task, point: { learningRate: 0.1 }, seed: 4 });
    expect(there.scores).toEqual(best.folds[1]);
  });

  it('refuses what is no task, before any work', async () => {
    const refused = async (change: object, message: RegExp): Promise<void> => {
      await expect(runTask(trials, opened(), { ...task, ...change })).rejects.toThrow(message);
    };
    await refused({ fold: 2 }, /^runTask: expected fold to be a whole number >= 0 and < 2, got 2$/);
    await refused({ seed: -1 }, /^runTask: expected seed/);
    await refused({ epochs: 0 }, /^runTask: expected epochs/);
    await refused({ point: 3 }, /^runTask: expected point to be an object, got 3$/);
    await refused({ from: 3 }, /^runTask: expected from to be a snapshot, got 3$/);
    await refused({ prune: { monitor: 'loss', mode: 'least', limits: [] } }, /^runTask: expected prune.mode/);
    await refused({ prune: { monitor: 'loss', mode: 'min', limits: 3 } }, /^runTask: expected prune.limits/);
    await refused({ other: 1 }, /unknown option 'other'/);
    await expect(runTask({ default: 3 }, opened(), task)).rejects.toThrow(
      new TypeError('runTask: expected a module whose default export is made by defineTrials, got 3'),
    );
    await expect(runTask(trials, wrong({}), task)).rejects.toThrow(/a search made by openSearch/);
  });
});

describe('a search as bytes', () => {
  it('has a key of its contents', () => {
    expect(packSearch(search).key).toBe(packSearch(wrong({ ...search, data: plane(40) })).key);
    const others = [{ k: 3 }, { seed: 4 }, { stratified: false }, { data: plane(41) }, { holdOut: 0.5, k: 1 }];
    const keys = others.map((change) => packSearch(wrong({ ...search, ...change })).key);
    expect(new Set([packSearch(search).key, ...keys]).size).toBe(6);
  });

  it('is refused when it is something else', () => {
    expect(() => packSearch(wrong(3))).toThrow(
      new TypeError('packSearch: expected the search that an executor is started with, got 3'),
    );
    const refused = (value: unknown): void =>
      expect(() => openSearch(pack(value))).toThrow(
        typed(FormatError, /^openSearch: expected bytes made by packSearch/),
      );
    refused(3);
    refused({ data: { size: 2 }, ...splitting });
    refused({ data: { size: 2, x: new Float32Array(3), xShape: [2] }, ...splitting });
    refused({ data: { size: 2, x: new Float32Array(4), xShape: [2], y: new Float32Array(1), yShape: [1] } });
    expect(() => openSearch(new Uint8Array(4))).toThrow(typed(FormatError, /^openSearch: /));
  });
});

describe('taskKey', () => {
  it('names what the result depends on', () => {
    const key = taskKey(task);
    expect(taskKey({ ...task, trial: 5, from: wrong({}) })).toBe(key);
    const changes = [
      { point: { units: 4 } },
      { fold: 0 },
      { seed: 5 },
      { epochs: 3 },
      { keep: true },
      { reports: true },
    ];
    expect(new Set(changes.map((change) => taskKey({ ...task, ...change }))).add(key).size).toBe(7);
    expect(() => taskKey(wrong({ trial: 1 }))).toThrow(/^taskKey: expected a task, got /);
  });
});

describe('fingerprint', () => {
  it('tells modules and machines apart', () => {
    const own = fingerprint({ trials: 'export default 1' });
    expect(own.kernels).toMatch(/^[0-9a-f]{64}$/);
    expect(own.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(own.simd).toBe('strict');
    const bytes = new TextEncoder().encode('export default 1');
    expect(fingerprintMismatch(own, fingerprint({ trials: bytes }))).toBeUndefined();
    expect(fingerprintMismatch(own, { ...own, simd: 'relaxed' })).toBe('simd relaxed, not strict');
    expect(fingerprintMismatch(own, fingerprint({ trials: '2' }))).toMatch(/^trials [0-9a-f]{32}, not /);
    expect(() => fingerprint(wrong({ trials: 3 }))).toThrow(/^fingerprint: expected trials to be the text/);
    expect(() => fingerprintMismatch(own, wrong({}))).toThrow(/^fingerprintMismatch: expected two fingerprints/);
  });
});
