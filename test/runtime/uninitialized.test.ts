// Before init(): everything says so. Options are checked before any work. (A file of its own: init happens once.)
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { NotInitializedError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { exp } from '../../src/ops/exp.js';
import { init, memory } from '../../src/runtime/init.js';
import { liveHandles } from '../../src/runtime/statistics.js';
import { arange } from '../../src/tensors/arange.js';
import { eye, full, randomNormal, tensor, zeros } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { typed } from '../support/typed.js';

describe('before init', () => {
  it.each([
    ['tensor', () => tensor([1])],
    ['zeros', () => zeros([1])],
    ['full', () => full([1], 2)],
    ['eye', () => eye(2)],
    ['arange', () => arange(2)],
    ['randomNormal', () => randomNormal([2])],
    ['add', () => add(1, 2)],
    ['exp', () => exp(1)],
    ['memory', () => memory()],
    ['tidy', () => tidy(() => tensor(1))],
    ['compile', () => compile(() => tensor(1))()],
  ])('%s throws NotInitializedError', (_, use) => {
    expect(use).toThrow(new NotInitializedError('wasmgrad: expected `await init()` before the first tensor, got none'));
    expect(liveHandles()).toBe(0);
  });
});

/** Options the types would not let through. */
const wrong = (value: unknown): Parameters<typeof init>[0] => value as Parameters<typeof init>[0];

describe('init', () => {
  it.each([
    [
      { thread: 2 },
      TypeError,
      "init: expected options threads, simd, module, maximumMemory, got unknown option 'thread'",
    ],
    [{ threads: 0 }, RangeError, 'init: expected threads to be a whole number >= 1, got 0'],
    [{ threads: 1.5 }, RangeError, 'init: expected threads to be a whole number >= 1, got 1.5'],
    [{ threads: 'all' }, TypeError, "init: expected threads to be a whole number >= 1, got 'all'"],
    [{ simd: 'fast' }, RangeError, "init: expected simd to be one of 'strict', 'relaxed', got 'fast'"],
    [
      { maximumMemory: 100 },
      RangeError,
      'init: expected maximumMemory to be a finite number >= 2359296 and <= 4294967296, got 100',
    ],
    [
      { maximumMemory: 2 ** 33 },
      RangeError,
      'init: expected maximumMemory to be a finite number >= 2359296 and <= 4294967296, got 8589934592',
    ],
    [
      { maximumMemory: '1 GB' },
      TypeError,
      "init: expected maximumMemory to be a finite number >= 2359296 and <= 4294967296, got '1 GB'",
    ],
    [
      { module: 'file.wasm' },
      TypeError,
      "init: expected module to be a WebAssembly.Module, bytes, a Response or a URL, got 'file.wasm'",
    ],
    [3, TypeError, 'init: expected options to be an object, got 3'],
  ])('refuses %o', async (options, type, message) => {
    await expect(init(wrong(options))).rejects.toThrow(typed(type, message));
  });

  it('refuses bytes that are no module, and can be called again', async () => {
    await expect(init({ module: Uint8Array.of(1, 2, 3) })).rejects.toThrow(
      'init: expected a module that this engine can load, got WebAssembly.Module(): expected 4 bytes, fell off end @+0',
    );
    expect(() => memory()).toThrow(
      new NotInitializedError('wasmgrad: expected `await init()` before the first tensor, got none'),
    );
    const [first, second] = await Promise.all([init({ threads: 1 }), init()]);
    expect(second).toBe(first);
    expect(await init({ simd: 'relaxed' })).toBe(first); // later options change nothing
    expect(first).toMatchObject({ threads: 1, simd: 'strict', sharedMemory: false });
    expect(memory()).toMatchObject({ used: 0, liveTensors: 0 });
  });
});
