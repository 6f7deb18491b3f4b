// README's claim, counted: a step of `fit` makes no object, view or closure. V8 is asked for every allocation of a
// longer and of a shorter training; the difference is what the steps between them made.
import { Session } from 'node:inspector/promises';
import type { HeapProfiler } from 'node:inspector';
import { afterEach, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { randomUniform } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';

withRuntime();
afterEach(() => {
  Reflect.deleteProperty(performance, 'now'); // the prototype's shows again
});

/** Bytes allocated while `body` ran, by the function that allocated them. */
async function allocations(body: () => Promise<unknown>): Promise<Map<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 64,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await body();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const bytes = new Map<string, number>();
  const walk = ({ callFrame: { functionName }, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): void => {
    bytes.set(functionName, (bytes.get(functionName) ?? 0) + selfSize);
    children.forEach(walk);
  };
  walk(profile.head);
  return bytes;
}

// Rows short and long: they are copied in two ways.
it.each([10, 300])('fit on rows of %d values makes nothing in a step', { timeout: 120_000 }, async (width) => {
  const [rows, batchSize, epochs] = [4000, 8, 6];
  const x = randomUniform([rows * width], { seed: 3 });
  const y = Int32Array.from({ length: rows }, (_, i) => i % 10);
  const data = dataset(x.data(), y, { shape: [width] });
  x.dispose();
  const model = sequential({ inputShape: [width], seed: 1 }, [dense({ units: 10, activation: 'softmax' })]);
  const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 1e-4 }), batchSize };
  const train = (count: number) => model.fit(data, { ...options, metrics: ['accuracy'], epochs: count });
  // The clock stands still, so that fit never pauses for other tasks, which makes objects too; so would a spy of vitest.
  Object.defineProperty(performance, 'now', { value: () => 0, configurable: true });
  const steps = (epochs * rows) / batchSize;
  const perStep = async (): Promise<{ all: number; views: number }> => {
    const few = await allocations(() => train(1));
    const many = await allocations(() => train(1 + epochs));
    const difference = (makers: readonly string[]): number =>
      makers.reduce((sum, maker) => sum + (many.get(maker) ?? 0) - (few.get(maker) ?? 0), 0) / steps;
    return {
      all: difference([...new Set([...few.keys(), ...many.keys()])]),
      views: difference(['subarray', 'slice', 'from', 'next']),
    };
  };
  // A view alone has more than 100 bytes, and there would be one for each of the eight rows; before, a step made 2,400.
  // What is left are boxed numbers. V8 optimises the loop in a thread of its own, later on a busy machine.
  let least = { all: Infinity, views: Infinity };
  for (let round = 0; round < 8 && (least.all >= 400 || least.views >= 32); round++) {
    await train(epochs);
    least = await perStep();
  }
  expect(least.all).toBeLessThan(400);
  expect(least.views).toBeLessThan(32);
  model.dispose();
});
