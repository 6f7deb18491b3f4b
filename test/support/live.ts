import { afterEach, beforeAll, expect } from 'vitest';
import { init } from '../../src/runtime/init.js';
import { liveHandles } from '../../src/runtime/statistics.js';

/** Starts the runtime before the tests of a file, and fails every one that leaves a tensor alive. */
export function withRuntime(): void {
  beforeAll(async () => {
    await init();
  });
  afterEach(() => {
    expect(liveHandles(), 'tensors still alive after the test').toBe(0);
  });
}
