// README's claim, counted: a step of `fit` makes no object, view or closure. V8 is asked for every allocation of a
// longer and of a shorter training; the difference is what the steps between them made.
import { Session } from 'node:inspector/promises';
import type { HeapProfiler } from 'node:inspector';
import { expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { randomUniform } from '../../src/tensors/creation.js';
import { withRuntime } from '../support/live.js';

withRuntime();

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

const total = (bytes: Map<string, number>): number => [...bytes.values()].reduce((sum, each) => sum + each, 0);

// Rows short and long: they are copied in two ways.
it.each([10, 300])('fit on rows of %d values makes nothing in a step', { timeout: 60_000 }, async (width) => {
  const [rows, batchSize, epochs] = [4000, 8, 6];
  const x = randomUniform([rows * width], { seed: 3 });
  const y = Int32Array.from({ length: rows }, (_, i) => i % 10);
  const data = dataset(x.data(), y, { shape: [width] });
  x.dispose();
  const model = sequential({ inputShape: [width], seed: 1 }, [dense({ units: 10, activation: 'softmax' })]);
  const options = { loss: crossEntropy(), optimizer: adam({ learningRate: 1e-4 }), batchSize };
  const train = (count: number) => model.fit(data, { ...options, metrics: ['accuracy'], epochs: count });
  await train(epochs); // V8 has optimised the loop by then
  const few = await allocations(() => train(1));
  const many = await allocations(() => train(1 + epochs));
  const steps = (epochs * rows) / batchSize;
  // A view alone has more than 100 bytes, and there would be one for each of the eight rows; before, a step made 2,400.
  // What is left are boxed numbers and, once in 12 ms, what lets the event loop run.
  expect((total(many) - total(few)) / steps).toBeLessThan(400);
  for (const maker of ['subarray', 'slice', 'from', 'next'])
    expect(((many.get(maker) ?? 0) - (few.get(maker) ?? 0)) / steps, maker).toBeLessThan(8);
  model.dispose();
});
