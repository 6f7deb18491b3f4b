// What happens to a training when its worker dies.
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { WorkerError } from '../../src/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();

const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };

test('a worker that dies ends fit with a WorkerError and the weights of the last epoch; the next fit works', async () => {
  const started: Worker[] = [];
  class Known extends threads.Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      started.push(this);
    }
  }
  const spy = vi.spyOn(process, 'getBuiltinModule');
  spy.mockImplementation((name: string) => {
    if (name === 'node:worker_threads') return { ...threads, Worker: Known };
    return createRequire(import.meta.url)(name) as object;
  });
  await using(toyModel(), async (model) => {
    let kernel: number[] = [];
    const fit = model.fit(toyData(400), {
      ...options,
      ...{ worker: true, epochs: 1_000_000 },
      onEpochEnd: ({ epoch }) => {
        kernel = bitPatterns(model.getWeights()['dense_1/kernel']!);
        if (epoch === 3) void started.at(-1)?.terminate();
      },
    });
    await expect(fit).rejects.toThrow(
      new WorkerError('fit: expected an answer of its worker, got none: it ended with code 1'),
    );
    expect(bitPatterns(model.getWeights()['dense_1/kernel']!)).toEqual(kernel);
    spy.mockRestore();
    expect((await model.fit(toyData(40), { ...options, worker: true })).stopped).toBe('completed');
  });
});
