// A page without the headers that shared memory asks for: the same program, the same bits, one thread.
import { expect, it } from 'vitest';
import { DIGEST, train } from '../support/training.js';

it('trains on one thread, with the same bits, and says what is missing', async () => {
  expect(crossOriginIsolated).toBe(false);
  const { info, digest } = await train(2);
  expect(info).toMatchObject({ threads: 1, sharedMemory: false });
  expect(info.reason).toMatch(/Cross-Origin-Opener-Policy.*service worker/);
  expect(digest).toBe(DIGEST);
});
