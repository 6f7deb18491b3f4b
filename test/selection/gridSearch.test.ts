import { describe, expect, it, vi } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/index.js';
import { binaryCrossEntropy } from '../../src/losses/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import {
  crossValidate,
  gridSearch,
  inProcess,
  type Executor,
  type GridSearchOptions,
  type TrialTask,
} from '../../src/selection/index.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';
import { plane, smallNetwork } from './support.js';

withRuntime();

const data = plane(48);
const loss = binaryCrossEntropy();
const fit = { loss, optimizer: adam({ beta1: 0.8 }), epochs: 3, batchSize: 8, metrics: ['accuracy'] as const };
const grid = { learningRate: [1e-4, 0.05], units: [2, 5] };
type G = typeof grid;
const options: GridSearchOptions<G> = {
  build: ({ units }, context) => smallNetwork(units, context),
  grid,
  data,
  folds: 3,
  fit,
};

describe('gridSearch', () => {
  it('cross-validates every combination and ranks them', async () => {
    const { trials, best, table } = await gridSearch({ ...options, seed: 4 });
    expect(trials.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    expect(new Set(trials.map(({ point }) => `${point.learningRate} ${point.units}`)).size).toBe(4);
    expect([...trials].sort((a, b) => a.index - b.index).map(({ point }) => point)).toEqual([
      { learningRate: 1e-4, units: 2 },
      { learningRate: 1e-4, units: 5 },
      { learningRate: 0.05, units: 2 },
      { learningRate: 0.05, units: 5 },
    ]);
    const means = trials.map(({ mean }) => mean.loss);
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(best).toBe(trials[0]);
    expect(best.point.learningRate).toBe(0.05);
    const single = await crossValidate((context) => smallNetwork(best.point.units, context), data, {
      ...fit,
      optimizer: adam({ beta1: 0.8, learningRate: 0.05 }),
      k: 3,
      seed: 4,
    });
    expect(best.folds).toEqual(single.folds);
    expect([best.mean, best.std]).toEqual([single.mean, single.std]);
    expect(table().split('\n')).toHaveLength(5);
    expect(table()).toMatch(/^rank +learningRate +units +loss +accuracy\n1 +0.05 /);
  });

  it('takes batch size and epochs of a point, and options as a function of it', async () => {
    const steps: string[] = [];
    await gridSearch({
      data,
      grid: { batchSize: [4, 32], epochs: [1, 2] },
      build: (_, context) => smallNetwork(2, context),
      folds: 2,
      fit: { ...fit, onEpochEnd: ({ epoch }) => void steps.push(`e${epoch}`), onBatchEnd: () => void steps.push('b') },
    });
    expect(steps.filter((step) => step === 'e1')).toHaveLength(8);
    expect(steps.filter((step) => step === 'e2')).toHaveLength(4);
    expect(steps.filter((step) => step === 'b')).toHaveLength(2 * (6 + 12 + 1 + 2)); // 24 rows to train on
    const made = await gridSearch({
      ...options,
      fit: ({ learningRate }) => ({ ...fit, optimizer: adam({ beta1: 0.8, learningRate }) }),
    });
    expect(made.trials).toEqual((await gridSearch(options)).trials);
  });

  it('is reproduced by its seed, whatever the order of execution', async () => {
    const backwards: Executor = {
      start: (search) => {
        const waiting: (() => void)[] = [];
        return {
          concurrency: 12,
          run: async (task) => {
            await new Promise<void>((resolve) => {
              waiting.push(resolve);
              if (waiting.length === 12) for (const go of waiting.reverse()) go();
            });
            return search.evaluate(task);
          },
          close: () => undefined,
        };
      },
    };
    const first = await gridSearch({ ...options, seed: 9, stratified: true });
    const second = await gridSearch({ ...options, seed: 9, stratified: true, executor: backwards });
    expect(second.trials).toEqual(first.trials);
    const other = await gridSearch({ ...options, seed: 10, stratified: true });
    expect(other.trials.map(({ mean }) => mean.loss)).not.toEqual(first.trials.map(({ mean }) => mean.loss));
  });

  it('ranks accuracies from above', async () => {
    const { trials } = await gridSearch({ ...options, monitor: 'accuracy' });
    const accuracies = trials.map(({ mean }) => mean['accuracy'] ?? NaN);
    expect(accuracies).toEqual([...accuracies].sort((a, b) => b - a));
  });

  it('reports failed trials and goes on', async () => {
    const seen: [unknown, number, number][] = [];
    const { trials, best, table } = await gridSearch({
      ...options,
      grid: { learningRate: [0.05, 1e39, -1], units: [2, 0] },
      fit: { ...fit, optimizer: sgd() },
      onTrial: ({ error }, { done, total }) => void seen.push([error, done, total]),
    });
    expect(best.point).toEqual({ learningRate: 0.05, units: 2 });
    expect(trials.map(({ error }) => error === undefined)).toEqual([true, false, false, false, false, false]);
    const failed = (learningRate: number, units: number): unknown =>
      trials.find(({ point }) => point.learningRate === learningRate && point.units === units)?.error;
    expect(failed(1e39, 2)).toBeInstanceOf(NonFiniteError);
    expect(failed(0.05, 0)).toBeInstanceOf(RangeError);
    expect(failed(-1, 2)).toBeInstanceOf(RangeError);
    expect(trials[5]?.mean.loss).toBeNaN();
    expect(seen.map(([, done, total]) => [done, total])).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
    expect(table()).toContain('failed: NonFiniteError');
  });

  it('throws the first error when every trial has failed', async () => {
    const build = (): never => {
      throw new ShapeError('no network of this shape');
    };
    await expect(gridSearch({ ...options, build })).rejects.toThrow(new ShapeError('no network of this shape'));
  });

  it('shows progress when asked to', async () => {
    const lines: string[] = [];
    const host: { process?: { stdout?: { write(text: string): unknown } } } = globalThis;
    const write = (text: unknown): true => Boolean(lines.push(String(text))) as true;
    const spy = host.process?.stdout
      ? vi.spyOn(host.process.stdout, 'write').mockImplementation(write)
      : vi.spyOn(console, 'log').mockImplementation(write);
    await gridSearch({ ...options, progress: true });
    spy.mockRestore();
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/trial 1\/4 · learningRate 0.0001 · units 2 · loss 0\.\d+ ± 0\.\d+/);
  });

  it('refuses impossible searches before any training', async () => {
    const build = vi.fn(options.build);
    const refused = async (change: object, message: RegExp): Promise<void> => {
      await expect(gridSearch<G>({ ...options, build, ...change })).rejects.toThrow(message);
    };
    await refused({ folds: 49 }, /expected folds to be a whole number >= 2 and <= 48, got 49/);
    await refused({ grid: {} }, /at least one hyperparameter/);
    await refused({ grid: { units: [] } }, /expected grid.units to have values, got none/);
    await refused({ grid: { units: 3 } }, /expected grid.units to be an array/);
    await refused({ grid: { units: [() => 3] } }, /plain data/);
    await refused({ grid: null }, /expected a value for grid, got null/);
    await refused({ monitor: 'precision' }, /expected monitor to be one of loss, accuracy, got 'precision'/);
    const metrics = [{ name: 'r2', compute: loss }];
    await refused({ monitor: 'r2', fit: { ...fit, metrics } }, /mode 'min' or 'max' to monitor r2, .* got none/);
    await refused({ executer: inProcess() }, /unknown option 'executer'/);
    await refused({ executor: {} }, /expected executor/);
    await refused({ fit: { loss } }, /expected fit.optimizer/);
    await refused({ fit: { optimizer: sgd() } }, /fit.loss/);
    await refused({ data: [1, 2] }, /made by dataset/);
    await refused({ mode: 'least' }, /mode/);
    await refused({ seed: -1 }, /seed/);
    await refused({ signal: wrong({}) }, /AbortSignal/);
    expect(build).not.toHaveBeenCalled();
  });

  it('ends when the signal is given, and when onTrial throws, with the executor closed', async () => {
    const close = vi.fn();
    const started: TrialTask[] = [];
    const executor: Executor = {
      start: ({ evaluate }) => ({
        concurrency: 2,
        run: (task) => {
          started.push(task);
          return evaluate(task);
        },
        close,
      }),
    };
    const controller = new AbortController();
    const onTrial = (): void => controller.abort(new Error('enough'));
    await expect(gridSearch({ ...options, executor, onTrial, signal: controller.signal })).rejects.toThrow('enough');
    expect(started.length).toBeLessThan(12);
    const failing = (): never => {
      throw new TypeError('mine');
    };
    await expect(gridSearch({ ...options, executor, onTrial: failing })).rejects.toThrow('mine');
    expect(close).toHaveBeenCalledTimes(2);
    const aborted = AbortSignal.abort(new Error('never'));
    await expect(gridSearch({ ...options, executor, signal: aborted })).rejects.toThrow('never');
  });
});
