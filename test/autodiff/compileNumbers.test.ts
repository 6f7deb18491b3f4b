// Numbers among the arguments of a compiled function: bounded in memory, and right whatever the function does with them.
import { describe, expect, it, vi } from 'vitest';
import * as api from '../../src/index.js';
import { softmaxCrossEntropy } from '../../src/ops/softmaxCrossEntropy.js';
import { isTensor } from '../../src/tensors/tensor.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';

const { add, compile, grad, leakyRelu, memory, mul, ones, pow, sub, sum, tensor, tidy, where } = api;
type T = api.Tensor;

const fractions = [0.5, -1.75, 1e-30, 0.1, 2.5, 0.1, 1e30 / 3, 0.5];
const wholes = [3, 0, -0, 1, -2, 2 ** 40];
const others = [NaN, Infinity, -Infinity];
const all = [...fractions, ...wholes, ...others, ...fractions];

/** Functions that only hand the number to operations, and whether a fraction differs from a whole number for them. */
const free: Readonly<Record<string, (x: T, t: number) => unknown>> = {
  mul: (x, t) => mul(x, t),
  'both sides': (x, t) => sub(mul(t, x), t),
  pow: (x, t) => pow(x, t),
  where: (x, t) => where(api.greater(x, t), t, x),
  numbers: (x, t) => add(mul(t, 2), x),
  tree: (x, t) => ({ y: mul(x, t), parts: [x, add(x, t)] }),
  gradient: grad((x: T, t: number) => sum(mul(mul(x, x), t))),
  'gradient inside': (x, t) => grad((y) => sum(pow(y, t)))(x),
  forward: (x, t) => api.jvp((y) => mul(mul(y, y), t), [x], [x]),
  loss: (x, t) => softmaxCrossEntropy(mul(x, t), x),
};

/** Functions that use it as JavaScript does. */
const bound: Readonly<Record<string, (x: T, t: number) => unknown>> = {
  comparison: (x, t) => (t > 0.3 ? mul(x, t) : add(x, t)),
  arithmetic: (x, t) => mul(x, t * 2),
  Math: (x, t) => mul(x, Math.abs(t)),
  truth: (x, t) => (t ? mul(x, t) : add(x, 7)),
  'truth alone': (x, t) => (t ? mul(x, 3) : add(x, 7)),
  typeof: (x, t) => mul(x, typeof t === 'number' ? t : 100),
  'typeof alone': (x, t) => (typeof t === 'number' ? mul(x, 3) : add(x, t)),
  isFinite: (x, t) => (Number.isFinite(t) ? mul(x, t) : add(x, 7)),
  isInteger: (x, t) => (Number.isInteger(t) ? mul(x, t) : add(x, t)),
  'a whole number': (x, t) => (t === 3 ? mul(x, t) : add(x, t)),
  array: (x, t) => mul(x, tensor([1, t])),
  returned: (x, t) => ({ y: mul(x, t), t }),
  text: (x, t) => ({ y: mul(x, t), text: `t = ${t}` }),
  caught: (x, t) => {
    try {
      return mul(x, t + 1);
    } catch {
      return x;
    }
  },
  unused: (x) => mul(x, 2),
};

/** A result with the bits of its tensors in place of them. */
function bitsOf(result: unknown): unknown {
  if (isTensor(result)) return [result.shape, bitPatterns(result.data())];
  if (Array.isArray(result)) return result.map(bitsOf);
  if (typeof result !== 'object' || result === null) return result;
  return Object.fromEntries(Object.entries(result).map(([key, value]) => [key, bitsOf(value)]));
}

describe('a number argument', () => {
  withRuntime();

  it.each(Object.entries({ ...free, ...bound }))('gives what it gives without compile: %s', (_, f) => {
    tidy(() => {
      const compiled = compile(f);
      const x = tensor([0.25, 0.75]);
      for (const t of all) expect(bitsOf(compiled(x, t)), String(t)).toEqual(bitsOf(f(x, t)));
      compiled.dispose();
    });
  });

  it.each(Object.entries(free))('is a value that the program reads, if it is a fraction: %s', (_, f) => {
    tidy(() => {
      const spy = vi.fn(f);
      const compiled = compile(spy);
      const x = tensor([0.25, 0.75]);
      for (let i = 0; i < 200; i++) compiled(x, 1 - (i + 0.5) / 500);
      expect(spy).toHaveBeenCalledTimes(2);
      compiled.dispose();
    });
  });

  it('may fall 5,000 times without a recording or memory for each', () => {
    const step = vi.fn((w: T, rate: number) => sub(w, mul(w, rate)));
    const compiled = compile(step);
    const w = tensor([1, 2]);
    const at = (i: number): void => compiled(w, 1 - (i + 0.5) / 5001).dispose();
    for (let i = 0; i < 3; i++) at(i);
    const before = memory();
    for (let i = 3; i < 5000; i++) at(i);
    expect(memory()).toEqual(before);
    expect(step).toHaveBeenCalledTimes(2);
    compiled.dispose();
    w.dispose();
    expect(memory().used).toBe(0);
  });

  it('stands beside others that are used otherwise', () => {
    tidy(() => {
      const f = (x: T, axis: number, t: number, options: { slope: number }): T =>
        mul(sum(leakyRelu(x, options.slope), { axis }), t);
      const compiled = compile(f);
      const x = tensor([[1, -2], [3, -4]]); // prettier-ignore
      for (const t of fractions)
        for (const axis of [0, 1, -1])
          for (const slope of [0.1, 0.25])
            expect(compiled(x, axis, t, { slope }).toArray()).toEqual(f(x, axis, t, { slope }).toArray());
      compiled.dispose();
    });
  });

  it('is refused where it would be without compile', () => {
    const x = tensor(Int32Array.of(1, 2));
    const compiled = compile((y: T, t: number) => mul(y, t));
    for (const t of [0.5, 0.25, 0.5])
      expect(() => compiled(wrong(x), t)).toThrow('mul: expected operands of one dtype, got i32 and f32');
    compiled.dispose();
    x.dispose();
    expect(memory().used).toBe(0);
  });

  it('that makes the function fail leaves nothing behind', () => {
    const x = ones([2]);
    const { used } = memory();
    let fail = false;
    const compiled = compile((y: T, t: number) => {
      const z = mul(y, t);
      if (fail) throw new Error('on purpose');
      return z;
    });
    compiled(x, 0.5).dispose();
    fail = true;
    expect(() => compiled(x, 0.25)).toThrow('on purpose');
    compiled.dispose();
    expect(memory().used).toBe(used);
    x.dispose();
  });
});

describe('the programs of a compiled function', () => {
  withRuntime();

  const cases: Readonly<Record<string, (compiled: api.Compiled<[T, unknown], T>, i: number) => void>> = {
    lengths: (compiled, i) => {
      const x = ones([i + 1]);
      compiled(x, 2).dispose();
      x.dispose();
    },
    'whole numbers': (compiled, i) => {
      const x = ones([3]);
      compiled(x, i).dispose();
      x.dispose();
    },
    texts: (compiled, i) => {
      const x = ones([3]);
      compiled(x, `option ${i}`).dispose();
      x.dispose();
    },
    'fractions that are calculated with, of many structures': (compiled, i) => {
      const x = ones([1 + (i % 40)]);
      compiled(x, i + 0.5).dispose();
      x.dispose();
    },
  };

  it.each(Object.entries(cases))('are at most 12, those used last: %s', (_, once) => {
    const f = vi.fn((x: T, t: unknown) => mul(x, typeof t === 'number' ? t + 1 : 3));
    const compiled = compile(f);
    let most = 0;
    for (let i = 0; i < 300; i++) {
      once(compiled, i);
      if (i === 40) most = memory().liveTensors;
      if (i > 40) expect(memory().liveTensors).toBeLessThanOrEqual(most);
    }
    expect(most).toBeLessThanOrEqual(12 * 3);
    compiled.dispose();
    expect(memory().used).toBe(0);
  });

  it('stay as long as they are used', () => {
    tidy(() => {
      const f = vi.fn((x: T) => mul(x, 2));
      const compiled = compile(f);
      const often = ones([1000]);
      compiled(often);
      for (let i = 1; i < 50; i++) {
        compiled(ones([i]));
        compiled(often);
      }
      expect(f).toHaveBeenCalledTimes(50);
      compiled.dispose();
    });
  });

  it('tell objects of classes apart, which are handed on as they are', () => {
    tidy(() => {
      const compiled = compile((x: T, when: Date | ReadonlyMap<string, number>) =>
        mul(x, when instanceof Date ? when.getTime() : (when.get('by') ?? NaN)),
      );
      const x = tensor(1);
      const by = [new Date(3), new Date(4), new Map([['by', 5]]), new Map([['by', 6]])];
      expect(by.map((one) => compiled(x, one).item())).toEqual([3, 4, 5, 6]);
      compiled.dispose();
    });
  });
});
