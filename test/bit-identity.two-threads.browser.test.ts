import { expect, test } from 'vitest';
import { fixedRuns } from './support/fixedRuns.js';

test('in a worker of a page, on two threads: the same weights as ever', async () => {
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
  expect(report).toEqual({ threads: 2, hashes: fixedRuns.map(({ hash }) => hash) });
});
