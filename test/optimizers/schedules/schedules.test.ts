import { describe, expect, it } from 'vitest';
import { cosineDecay, exponentialDecay, piecewise, stepDecay, warmup } from '../../../src/optimizers/index.js';
import { typed } from '../../support/typed.js';

const STEPS = [0, 1, 2, 3, 9, 10, 11, 49, 50, 99, 100, 101, 1000, 12345];

describe('schedules', () => {
  it('stepDecay: initial * factor^floor(step / every)', () => {
    const rate = stepDecay({ initial: 0.1, factor: 0.5, every: 10 });
    for (const step of STEPS) expect(rate(step)).toBe(0.1 * 2 ** -Math.floor(step / 10));
    expect(stepDecay({ initial: 0.2, factor: 0.9, every: 1 })(3)).toBeCloseTo(0.2 * 0.729, 15);
  });

  it('exponentialDecay: initial * rate^(step / steps)', () => {
    const rate = exponentialDecay({ initial: 0.3, rate: 0.96, steps: 7 });
    for (const step of STEPS) expect(rate(step) / (0.3 * 0.96 ** (step / 7))).toBeCloseTo(1, 11);
    expect([rate(0), rate(7)]).toEqual([0.3, 0.3 * 0.96]);
  });

  it('cosineDecay: half a cosine from initial to final, which stays', () => {
    const rate = cosineDecay({ initial: 0.1, steps: 100, final: 0.02 });
    for (let step = 0; step <= 100; step += 5) {
      expect(rate(step)).toBeCloseTo(0.02 + 0.04 * (1 + Math.cos((Math.PI * step) / 100)), 15);
    }
    expect([rate(0), rate(100), rate(101), rate(5000)]).toEqual([0.1, 0.02, 0.02, 0.02]);
    expect(cosineDecay({ initial: 1, steps: 2 })(1)).toBe(0.5);
    expect(cosineDecay({ initial: 1, steps: 2 })(2)).toBe(0);
  });

  it('warmup: a straight line from 0, then the schedule from its start', () => {
    const constant = warmup(0.4, { steps: 4 });
    expect([0, 1, 2, 3, 4, 5, 100].map(constant)).toEqual([0, 0.1, 0.2, (0.4 * 3) / 4, 0.4, 0.4, 0.4]);
    const inner = stepDecay({ initial: 0.4, factor: 0.5, every: 2 });
    expect([1, 2, 3, 4, 5, 6].map(warmup(inner, { steps: 2 }))).toEqual([0.2, 0.4, 0.4, 0.2, 0.2, 0.1]);
  });

  it('piecewise: constant between boundaries', () => {
    const rate = piecewise({ boundaries: [2, 5], values: [3, 2, 1] });
    expect([0, 1, 2, 4, 5, 500].map(rate)).toEqual([3, 3, 2, 2, 1, 1]);
    expect(piecewise({ boundaries: [], values: [0.5] })(7)).toBe(0.5);
  });

  it('piecewise keeps its own copy of the lists', () => {
    const values = [1, 2];
    const rate = piecewise({ boundaries: [1], values });
    values[0] = 9;
    expect(rate(0)).toBe(1);
  });
});

describe('schedules refuse', () => {
  it.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'a negative initial rate',
      () => stepDecay({ initial: -1, factor: 1, every: 1 }),
      RangeError,
      'stepDecay: expected initial to be a finite number >= 0, got -1',
    ],
    [
      'factor 0',
      () => stepDecay({ initial: 1, factor: 0, every: 1 }),
      RangeError,
      'stepDecay: expected factor to be a finite number > 0, got 0',
    ],
    [
      'every 0',
      () => stepDecay({ initial: 1, factor: 1, every: 0 }),
      RangeError,
      'stepDecay: expected every to be a whole number >= 1, got 0',
    ],
    [
      'a missing option',
      () => stepDecay({ initial: 1, factor: 1 } as never),
      TypeError,
      'stepDecay: expected every to be a whole number >= 1, got undefined',
    ],
    [
      'a misspelt option',
      () => stepDecay({ initial: 1, factor: 1, evry: 2 } as never),
      TypeError,
      "stepDecay: expected options initial, factor, every, got unknown option 'evry'",
    ],
    [
      'no options',
      () => cosineDecay(undefined as never),
      TypeError,
      'cosineDecay: expected options to be an object, got undefined',
    ],
    [
      'rate 0',
      () => exponentialDecay({ initial: 1, rate: 0, steps: 1 }),
      RangeError,
      'exponentialDecay: expected rate to be a finite number > 0, got 0',
    ],
    [
      'half steps',
      () => exponentialDecay({ initial: 1, rate: 1, steps: 0.5 }),
      RangeError,
      'exponentialDecay: expected steps to be a whole number >= 1, got 0.5',
    ],
    [
      'a negative final rate',
      () => cosineDecay({ initial: 1, steps: 1, final: -1 }),
      RangeError,
      'cosineDecay: expected final to be a finite number >= 0, got -1',
    ],
    [
      'steps 0',
      () => cosineDecay({ initial: 1, steps: 0 }),
      RangeError,
      'cosineDecay: expected steps to be a whole number >= 1, got 0',
    ],
    [
      'a rate that is none',
      () => warmup('0.1' as never, { steps: 1 }),
      TypeError,
      "warmup: expected schedule to be a function, got '0.1'",
    ],
    [
      'NaN',
      () => warmup(NaN, { steps: 1 }),
      RangeError,
      'warmup: expected schedule to be a finite number >= 0, got NaN',
    ],
    [
      'too few values',
      () => piecewise({ boundaries: [1], values: [1] }),
      RangeError,
      'piecewise: expected 2 values, one more than boundaries, got 1',
    ],
    [
      'falling boundaries',
      () => piecewise({ boundaries: [2, 2], values: [1, 2, 3] }),
      RangeError,
      'piecewise: expected boundaries to be a whole number >= 3, got 2',
    ],
    [
      'lists that are none',
      () => piecewise({ boundaries: 3, values: [1] } as never),
      TypeError,
      'piecewise: expected boundaries to be an array, got 3',
    ],
  ])('%s', (_, make, type, message) => {
    expect(make).toThrow(typed(type, message));
  });
});
