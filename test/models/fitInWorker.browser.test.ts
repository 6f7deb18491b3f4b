// What training in a worker is for: the page's main thread stays free.
import { expect, test } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { dense, dropout } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const [ROWS, WIDTH, BATCH] = [8192, 784, 4096];

/** Tasks of the main thread that took 50 ms or more while `body` ran, by the browser's own count. */
async function longTasks(body: () => unknown): Promise<number[]> {
  const durations: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) durations.push(duration);
  });
  observer.observe({ type: 'longtask' });
  await new Promise((resolve) => setTimeout(resolve, 20)); // in a task of its own
  await body();
  await new Promise((resolve) => setTimeout(resolve, 100)); // entries come later
  observer.disconnect();
  return durations;
}

// Tried again because a busy machine may hold any task up; a step that runs on the main thread fails every time.
test('no task of 50 ms while batches of that length are trained on', { retry: 3 }, async () => {
  const model = sequential({ inputShape: [WIDTH], seed: 1 }, [
    dense({ units: 256, activation: 'relu' }),
    dropout({ rate: 0.2 }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  const x = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => ((i * 2654435761) % 1000) / 1000);
  const y = Int32Array.from({ length: ROWS }, (_, i) => i % 10);
  const data = dataset(x, y);
  const fit = (worker: boolean) =>
    model.fit(data, { loss: crossEntropy(), optimizer: adam(), batchSize: BATCH, epochs: 2, validation: data, worker });
  expect((await longTasks(() => fit(false))).length, 'the observer sees what it should').toBeGreaterThan(0);
  expect(await longTasks(() => fit(true))).toEqual([]);
  model.dispose();
});
