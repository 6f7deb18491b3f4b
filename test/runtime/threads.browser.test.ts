// Threads in a browser: in workers of an isolated page, each with a module graph of its own.
import { describe, expect, it } from 'vitest';
import { init } from '../../src/runtime/init.js';
import { DIGEST, type TrainingReport } from '../support/training.js';

async function trainInWorker(threads: number): Promise<TrainingReport> {
  const worker = new Worker(new URL('../support/training.worker.ts', import.meta.url), { type: 'module' });
  const report = new Promise<TrainingReport>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<TrainingReport | string>) => {
      if (typeof data === 'string') reject(new Error(data));
      else resolve(data);
    };
    worker.onerror = (event) => {
      reject(new Error(event.message));
    };
  });
  worker.postMessage(threads);
  try {
    return await report;
  } finally {
    worker.terminate();
  }
}

describe('a training in a worker', () => {
  it('gives the bits of one thread on two', async () => {
    expect(await trainInWorker(1)).toMatchObject({ info: { threads: 1, sharedMemory: false }, digest: DIGEST });
    const report = await trainInWorker(2);
    expect(report.info).toEqual({ threads: 2, simd: 'strict', sharedMemory: true });
    expect(report.digest).toBe(DIGEST);
    if (navigator.hardwareConcurrency > 1) expect(report.helped).toBeGreaterThan(0);
  });
});

describe("a page's main thread", () => {
  it('works alone and says why', async () => {
    expect(await init({ threads: 2 })).toEqual({
      threads: 1,
      simd: 'strict',
      sharedMemory: false,
      reason: "threads: a page's main thread may not wait for others; call init() in a worker to have threads",
    });
  });
});
