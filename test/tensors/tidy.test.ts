import { describe, expect, it } from 'vitest';
import { liveHandles } from '../../src/runtime/statistics.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

describe('tidy', () => {
  withRuntime();

  it('frees everything made inside but what it returns, in any structure', () => {
    const before = tensor(0);
    let lost: Tensor | undefined;
    const kept = tidy(() => {
      lost = tensor(1);
      return { a: tensor(2), list: [tensor(3), 'text', null, new Map()], before, number: 4 };
    });
    expect(lost?.disposed).toBe(true);
    expect([kept.a.disposed, before.disposed]).toEqual([false, false]);
    expect(liveHandles()).toBe(3);
    before.dispose();
    kept.a.dispose();
    for (const each of kept.list) if (typeof each === 'object' && each && 'dispose' in each) each.dispose();
  });

  it('hands what it returns to the scope around it', () => {
    tidy(() => {
      const inner = tidy(() => tidy(() => tensor(1)));
      expect([inner.disposed, liveHandles()]).toEqual([false, 1]);
      expect(tidy(() => inner)).toBe(inner); // made outside: not freed here
      expect(inner.disposed).toBe(false);
    });
    expect(liveHandles()).toBe(0);
  });

  it('copes with tensors disposed inside, and with the same one returned twice', () => {
    const [a, b] = tidy(() => {
      tensor(1).dispose();
      const x = tensor(2);
      return [x, x];
    });
    expect(a).toBe(b);
    a.dispose();
  });

  it('disposes a tensor of an outer scope that is disposed inside', () => {
    tidy(() => {
      const x = tensor(1);
      tidy(() => {
        x.dispose();
      });
      expect([x.disposed, liveHandles()]).toEqual([true, 0]);
    });
  });

  it('frees everything when the function throws', () => {
    expect(() =>
      tidy(() => {
        tensor(1);
        tidy(() => {
          tensor(2);
          throw new Error('on purpose');
        });
      }),
    ).toThrow('on purpose');
    expect(liveHandles()).toBe(0);
    const after = tensor(3); // no scope is left open
    tidy(() => undefined);
    expect(after.disposed).toBe(false);
    after.dispose();
  });

  it('refuses asynchronous functions and frees what they made so far', () => {
    expect(() =>
      tidy(async () => {
        tensor(1);
        await Promise.resolve();
      }),
    ).toThrow('tidy: expected a synchronous function, got one that returns a Promise');
    expect(liveHandles()).toBe(0);
  });

  it('returns other values as they are', () => {
    expect([tidy(() => 3), tidy(() => 'text'), tidy(() => null)]).toEqual([3, 'text', null]);
  });
});
