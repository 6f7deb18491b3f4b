// Threads in a browser: in workers of an isolated page, each with a module graph of its own.
import { describe, expect, it } from 'vitest';
import { init } from '../../src/runtime/init.js';
import type { DyingPoolReport } from '../support/dyingPool.worker.js';
import { DIGEST, type TrainingReport } from '../support/training.js';

/** What a worker answers to a message; a text is an error. */
async function reportOf<Report>(worker: Worker, message?: unknown): Promise<Report> {
  const report = new Promise<Report>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Report | string>) => {
      if (typeof data === 'string') reject(new Error(data));
      else resolve(data);
    };
    worker.onerror = (event) => {
      reject(new Error(event.message));
    };
  });
  worker.postMessage(message);
  try {
    return await report;
  } finally {
    worker.terminate();
  }
}

const trainInWorker = (threads: number): Promise<TrainingReport> =>
  reportOf(new Worker(new URL('../support/training.worker.ts', import.meta.url), { type: 'module' }), threads);

describe('a training in a worker', () => {
  it('gives the bits of one thread on two', async () => {
    expect(await trainInWorker(1)).toMatchObject({ info: { threads: 1, sharedMemory: false }, digest: DIGEST });
    const report = await trainInWorker(2);
    expect(report.info).toEqual({ threads: 2, simd: 'strict', sharedMemory: true });
    expect(report.digest).toBe(DIGEST);
    if (navigator.hardwareConcurrency > 1) expect(report.helped).toBeGreaterThan(0);
  });
});

describe('a thread that dies in the middle of a call', () => {
  it('is a typed error; the next call works, later ones have a new thread', async () => {
    const worker = new Worker(new URL('../support/dyingPool.worker.ts', import.meta.url), { type: 'module' });
    const report = await reportOf<DyingPoolReport>(worker);
    expect(report).toMatchObject({ error: 'WorkerError', same: true });
    expect(report.after).toBeGreaterThan(report.before);
  });
});

describe("a page's main thread", () => {
  it('works alone and says why', async () => {
    expect(await init({ threads: 2 })).toEqual({
      threads: 1,
      simd: 'strict',
      sharedMemory: false,
      reason: expect.stringMatching(/^threads: a page's main thread may not wait .*fit\({ worker: true }\)/) as string,
    });
  });
});
