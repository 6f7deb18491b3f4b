// Batches of sizes that a training worker has not had before: it is given their programs, and no other worker is started.
import { createRequire } from 'node:module';
import type workerThreads from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { memory, tensor, type Tensor } from '../../src/index.js';
import type { Batch } from '../../src/data/index.js';
import { withRuntime } from '../support/live.js';
import { noisyModel, options, toyData, using } from './problem.js';

withRuntime();

const threads = createRequire(import.meta.url)('node:worker_threads') as typeof workerThreads;
const { Worker } = threads;
let started = 0;

class Counted extends Worker {
  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given);
    if (given[1]?.name === 'wasmgrad training') started++;
  }
}

beforeAll(() => Object.assign(threads, { Worker: Counted }));
afterAll(() => Object.assign(threads, { Worker }));
beforeEach(() => (started = 0));

const data = toyData(200);

/** Batches of these sizes; `between` is called before each. */
const batchesOf = (sizes: readonly number[], between = (_: number): void => undefined) =>
  function* (): Generator<Batch> {
    let begin = 0;
    for (const [i, size] of sizes.entries()) {
      between(i);
      yield data.slice(begin, (begin += size));
    }
  };

async function weightsAfter(source: () => Generator<Batch>, worker: boolean, accumulate = 1) {
  return using(noisyModel(), async (model) => {
    const validation = batchesOf([3, 30, 7]);
    const { epochs } = await model.fit(source, { ...options, worker, accumulate, validation });
    return { losses: epochs.map(({ loss, valLoss }) => [loss, valLoss]), weights: model.getWeights() };
  });
}

test.each([1, 3])('a smaller last batch, and sizes that all differ, take one worker (accumulate: %i)', async (accumulate) => {
  for (const sizes of [[16, 16, 16, 5], Array.from({ length: 18 }, (_, i) => i + 1)]) {
    started = 0;
    const source = batchesOf(sizes);
    expect(await weightsAfter(source, true, accumulate)).toEqual(await weightsAfter(source, false, accumulate));
    expect(started).toBe(1);
  }
}); // prettier-ignore

test('when memory has grown, another worker goes on with the same bits', async () => {
  const held: Tensor[] = [];
  const grow = (i: number): void => {
    if (i % 3 !== 2) return;
    const before = memory().reserved;
    while (memory().reserved === before) held.push(tensor(new Float32Array(1 << 18)));
  };
  const sizes = [9, 8, 7, 6, 5, 4];
  const grown = await weightsAfter(batchesOf(sizes, grow), true);
  for (const each of held) each.dispose();
  expect(started).toBeGreaterThan(1);
  expect(grown).toEqual(await weightsAfter(batchesOf(sizes), false));
});
