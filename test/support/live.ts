import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { init, type InitOptions } from '../../src/runtime/init.js';
import { liveHandles } from '../../src/runtime/statistics.js';

/** Starts the runtime before the tests of a file, and fails every test that does not dispose all its tensors. */
export function withRuntime(options: InitOptions = {}): void {
  beforeAll(async () => {
    await init(options);
  });
  let before = 0;
  beforeEach(() => {
    before = liveHandles(); // 0, unless an earlier test has leaked: only that one should fail
  });
  afterEach(() => {
    expect(liveHandles() - before, 'tensors still alive after the test').toBe(0);
  });
}
