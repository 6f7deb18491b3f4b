import { expect, test } from 'vitest';
import { fixedRuns } from './support/fixedRuns.js';

test('in a worker of a page, on two threads: the same weights as ever, from a training worker too', async () => {
  const worker = new Worker(new URL('./support/fixedRuns.worker.ts', import.meta.url), { type: 'module' });
  const report = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      resolve(data);
    };
    worker.onerror = ({ message }) => {
      reject(new Error(message));
    };
  });
  worker.terminate();
  const hashes = fixedRuns.map(({ hash }) => hash);
  expect(report).toMatchObject({ threads: 2, here: hashes, inTrainingWorker: hashes });
  if (navigator.hardwareConcurrency > 1) expect((report as { helped: number }).helped).toBeGreaterThan(0);
});
