import { describe, expect, it } from 'vitest';
import { checkRuntime } from '../../src/runtime/link.js';

describe('a module that is not ours', () => {
  it('is described by what it exports', () => {
    expect(() => checkRuntime({})).toThrow('init: expected the module of this library, got one that exports nothing');
    const names = Array.from({ length: 20 }, (_, i) => [`f${i}`, () => undefined] as const);
    expect(() => checkRuntime(Object.fromEntries(names))).toThrow(
      'got one that exports f0, f1, f2, f3, f4, f5, f6, f7',
    );
  });
});
