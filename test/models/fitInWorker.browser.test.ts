// What training in a worker is for: the page gets its turns, because it runs none of the training itself. That is counted
// here; the processor time of each task, to the millisecond, is in test/packages/freePage.node.test.ts, where the engine
// keeps books of it.
import { expect, test, vi } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { dense, dropout } from '../../src/layers/index.js';
import { crossEntropy } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { Program } from '../../src/runtime/program.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const [ROWS, WIDTH, EPOCHS, BATCH] = [256, 20, 3, 32];

test('the page runs no program while the worker trains and validates', async () => {
  const model = sequential({ inputShape: [WIDTH], seed: 1 }, [
    dense({ units: 16, activation: 'relu' }),
    dropout({ rate: 0.2 }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
  const x = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => ((i * 2654435761) % 1000) / 1000);
  const y = Int32Array.from({ length: ROWS }, (_, i) => i % 10);
  const data = dataset(x, y);
  const options = { loss: crossEntropy(), optimizer: adam(), batchSize: BATCH, epochs: EPOCHS, validation: data };
  const run = vi.spyOn(Program.prototype, 'run');
  await model.fit(data, options);
  expect(run).toHaveBeenCalledTimes(EPOCHS * (ROWS / BATCH + 1)); // validation is one batch
  run.mockClear();
  await model.fit(data, { ...options, worker: true });
  expect(run).not.toHaveBeenCalled();
  run.mockRestore();
  model.dispose();
});
