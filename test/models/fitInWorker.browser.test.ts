// What training in a worker is for: the page gets its turns. By the clock, so in comparison only; the processor time of
// each task, to the millisecond, is in test/packages/freePage.node.test.ts, where the engine keeps books of it.
import { expect, test } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { dense, dropout } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const [ROWS, WIDTH, EPOCHS] = [8192, 784, 3];

/**
 * How long the page waited for its turns while `body` ran, in milliseconds: the longest wait but two. A busy machine may
 * hold any one of them up; who computes on the page holds up as many as there are epochs.
 */
async function waitOf(body: () => Promise<unknown>): Promise<number> {
  const waits: number[] = [];
  let last = performance.now();
  const turn = (): void => {
    const now = performance.now();
    waits.push(now - last);
    last = now;
  };
  const timer = setInterval(turn, 1);
  await new Promise((resolve) => setTimeout(resolve, 20)); // in a task of its own
  await body();
  turn();
  clearInterval(timer);
  return waits.sort((a, b) => b - a)[EPOCHS - 1] ?? Infinity;
}

test('the page waits for a fraction of a batch at most', async () => {
  const model = sequential({ inputShape: [WIDTH], seed: 1 }, [
    dense({ units: 256, activation: 'relu' }),
    dropout({ rate: 0.2 }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  const x = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => ((i * 2654435761) % 1000) / 1000);
  const y = Int32Array.from({ length: ROWS }, (_, i) => i % 10);
  const data = dataset(x, y);
  const options = { loss: crossEntropy(), optimizer: adam(), batchSize: ROWS, epochs: EPOCHS, validation: data };
  const batch = await waitOf(() => model.fit(data, options));
  const inWorker = await waitOf(() => model.fit(data, { ...options, worker: true }));
  model.dispose();
  expect(inWorker).toBeLessThan(batch / 2);
});
