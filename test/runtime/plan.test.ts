import { afterEach, describe, expect, it, vi } from 'vitest';
import { planThreads } from '../../src/runtime/plan.js';

const ON_PAGE = typeof document !== 'undefined';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('planThreads', () => {
  it('is content with one thread without giving a reason', () => {
    expect(planThreads(1)).toEqual({ threads: 1, inWorker: 1, cores: planThreads(1).cores });
  });

  it.runIf(!ON_PAGE)('takes the cores, at most eight, or the number asked for', () => {
    const { cores } = planThreads(1);
    expect(planThreads('auto').threads).toBe(Math.min(cores, 8));
    expect(planThreads(31)).toEqual({ threads: 31, inWorker: 31, cores });
  });

  it('names the headers and the trick where the page is not isolated', () => {
    vi.stubGlobal('crossOriginIsolated', false);
    const { threads, inWorker, reason } = planThreads(4);
    expect([threads, inWorker]).toEqual([1, 1]);
    expect(reason).toMatch(/Cross-Origin-Opener-Policy: same-origin .*Cross-Origin-Embedder-Policy: require-corp/);
    expect(reason).toMatch(/service worker/);
  });

  it('says when there is no shared memory', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(planThreads(2)).toMatchObject({
      threads: 1,
      inWorker: 1,
      reason: 'threads: there is no SharedArrayBuffer here',
    });
  });

  it('stays on one thread where waiting is forbidden, but not in a worker', () => {
    // A page's main thread forbids it by itself; elsewhere we do.
    if (!ON_PAGE) {
      vi.spyOn(Atomics, 'wait').mockImplementation(() => {
        throw new TypeError('Atomics.wait cannot be called in this context');
      });
    }
    expect(planThreads(2)).toMatchObject({
      threads: 1,
      inWorker: 2,
      reason: expect.stringContaining('main thread') as string,
    });
  });
});
