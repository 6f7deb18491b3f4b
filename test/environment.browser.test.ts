// The ground the browser tests stand on: without it threads could not be tested at all.
import { expect, test } from 'vitest';

test('the page is cross-origin isolated, so shared memory exists', () => {
  expect(crossOriginIsolated).toBe(true);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
});
