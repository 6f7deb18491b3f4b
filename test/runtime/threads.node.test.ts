// The pool in Node: the same bits on any number of threads, memory that grows below the workers, workers that die,
// and processes that end.
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import type { TrainingReport } from '../support/training.js';

/** A training in a module graph of its own: `init` happens once a graph. */
async function train(threads: number): Promise<TrainingReport> {
  vi.resetModules();
  const training = await import('../support/training.js');
  return training.train(threads);
}

describe('a training', () => {
  it('gives the same bits on 1, 2, 3, 4 and 8 threads', async () => {
    const alone = await train(1);
    expect(alone).toMatchObject({ info: { threads: 1, sharedMemory: false }, helped: 0 });
    for (const threads of [2, 3, 4, 8]) {
      const report = await train(threads);
      expect(report.info).toEqual({ threads, simd: 'strict', sharedMemory: true });
      expect(report.digest, `${threads} threads`).toBe(alone.digest);
      if (threads <= availableParallelism()) expect(report.helped).toBeGreaterThan(0);
    }
  });
});
