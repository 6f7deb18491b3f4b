// What schedules refuse, and the smallest they take. Mutants of these checks survived.
import { expect, it } from 'vitest';
import { cosineDecay, exponentialDecay, warmup } from '../../../src/optimizers/index.js';

it.each([
  ['cosineDecay', (initial: number) => cosineDecay({ initial, steps: 1 })],
  ['exponentialDecay', (initial: number) => exponentialDecay({ initial, rate: 0.5, steps: 1 })],
])('%s refuses an initial rate below 0 or none, and takes 0', (name, make) => {
  for (const initial of [-1e-9, NaN, Infinity])
    expect(() => make(initial)).toThrow(
      new RangeError(`${name}: expected initial to be a finite number >= 0, got ${initial}`),
    );
  expect(make(0)(1)).toBe(0);
});

it.each([
  ['cosineDecay', (steps: number) => cosineDecay({ initial: 1, steps })],
  ['exponentialDecay', (steps: number) => exponentialDecay({ initial: 1, rate: 0.5, steps })],
  ['warmup', (steps: number) => warmup(1, { steps })],
])('%s takes one step and refuses none', (name, make) => {
  expect(() => make(0)).toThrow(new RangeError(`${name}: expected steps to be a whole number >= 1, got 0`));
  expect(make(1)(0)).toBeGreaterThanOrEqual(0);
});
