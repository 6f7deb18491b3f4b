import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { init, type InitOptions } from '../../src/runtime/init.js';
import { runtime } from '../../src/runtime/state.js';
import { liveHandles } from '../../src/runtime/statistics.js';

/** Fills free memory with NaN, which reveals kernels that read memory nothing has written. */
function spoilFreeMemory(): void {
  const { heap } = runtime();
  const blocks = Array.from({ length: 13 }, (_, i) => [heap.allocate(16 << i), 4 << i] as const);
  for (const [pointer, elements] of blocks) heap.f32.fill(NaN, pointer / 4, pointer / 4 + elements);
  for (const [pointer] of blocks) heap.release(pointer);
}

/** Starts the runtime before the tests of a file, and fails every test that does not dispose all its tensors. */
export function withRuntime(options: InitOptions = {}): void {
  beforeAll(async () => {
    await init(options);
  });
  let before = 0;
  beforeEach(() => {
    spoilFreeMemory();
    before = liveHandles(); // 0, unless an earlier test has leaked: only that one should fail
  });
  afterEach(() => {
    expect(liveHandles() - before, 'tensors still alive after the test').toBe(0);
  });
}
