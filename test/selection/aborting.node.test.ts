// The signal of a search, given while something else than training is under way.
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from '../../src/losses/index.js';
import type { FitOptions, Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import {
  crossValidate,
  gridSearch,
  workerPool,
  type Executor,
  type ExecutorSession,
} from '../../src/selection/index.js';
import { withRuntime } from '../support/live.js';
import { plane, smallNetwork } from './support.js';

withRuntime();

const reason = new Error('enough');
const fit = { loss: binaryCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) };
const search = {
  build: ({ units }: { readonly units: number }, context: { readonly seed: number }): Model =>
    smallNetwork(units, context),
  fit,
  data: plane(24),
  grid: { units: [2, 3] },
  folds: 2,
};
const never = new Promise<never>(() => undefined);

/** A signal that is given as soon as `begun()` has been called and what it stands for waits. */
function abortedLater(): { readonly signal: AbortSignal; readonly begun: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, begun: () => setTimeout(() => controller.abort(reason), 20) };
}

describe('a search is ended', () => {
  it('while workers load a module that never finishes loading, and so are they', async () => {
    const { signal, begun } = abortedLater();
    const ended: Promise<unknown>[] = [];
    const spawn = (): Worker => {
      const worker = new Worker('await new Promise((resolve) => setInterval(() => undefined, 1000));', { eval: true });
      ended.push(new Promise((resolve) => worker.once('exit', resolve)));
      begun();
      return worker;
    };
    await expect(gridSearch({ ...search, signal, executor: workerPool({ spawn, workers: 2 }) })).rejects.toBe(reason);
    expect(ended.length).toBe(2);
    await Promise.all(ended);
  });

  it('while the module given by its address does', async () => {
    const { signal, begun } = abortedLater();
    const executor = workerPool({ module: 'data:text/javascript,await new Promise(() => {})', workers: 2 });
    begun();
    await expect(gridSearch({ ...search, signal, executor })).rejects.toBe(reason);
  });

  it('while an executor starts; what it starts later is closed', async () => {
    const { signal, begun } = abortedLater();
    let start = (_: ExecutorSession): void => undefined;
    const executor: Executor = {
      start: () => {
        begun();
        return new Promise((resolve) => (start = resolve));
      },
    };
    await expect(gridSearch({ ...search, signal, executor })).rejects.toBe(reason);
    await new Promise<void>((resolve) => {
      start({ concurrency: 1, run: () => never, close: resolve });
    });
  });

  it('while a model is built, which is freed when it comes after all', async () => {
    const { signal, begun } = abortedLater();
    let give = (_: Model): void => undefined;
    const build = (): Promise<Model> => {
      begun();
      return new Promise((resolve) => (give = resolve));
    };
    const finished = async (run: Promise<unknown>): Promise<void> => {
      await expect(run).rejects.toBe(reason);
      const late = smallNetwork(2, { seed: 1 });
      give(late);
      await new Promise((resolve) => setTimeout(resolve));
      expect(late.disposed).toBe(true);
    };
    await finished(gridSearch({ ...search, build, signal }));
    const again = abortedLater();
    again.begun();
    await finished(crossValidate(build, search.data, { k: 2, ...fit, signal: again.signal }));
  });

  it('by its own signal where trainings have one, too', async () => {
    const { signal, begun } = abortedLater();
    const longFit: FitOptions = {
      ...fit,
      epochs: 1_000_000,
      signal: new AbortController().signal,
      onEpochEnd: ({ epoch }) => {
        if (epoch === 1) begun();
      },
    };
    await expect(gridSearch({ ...search, fit: longFit, signal })).rejects.toBe(reason);
  });
});

it('a training of a search is ended by its own signal, as a failed one', async () => {
  const other = new AbortController();
  const fitAt = ({ units }: { readonly units: number }): FitOptions => ({
    ...fit,
    ...(units === 3 && { signal: other.signal, onEpochEnd: () => other.abort(reason) }),
  });
  const { trials } = await gridSearch({ ...search, fit: fitAt, signal: new AbortController().signal });
  expect(trials.map(({ point, error }) => [point.units, error])).toEqual([
    [2, undefined],
    [3, reason],
  ]);
});
