import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/runtime/pace.js';

/** Lets `pace` judge runs that take so long alone and together for `span` ms; returns the share of time run together. */
function simulate(pace: Pace, start: number, span: number, alone: number, together: number): number {
  let shared = 0;
  let now = start;
  while (now < start + span) {
    const shares = pace.shares(now);
    const time = shares ? together : alone;
    pace.note(now, now + time, shares);
    if (shares) shared += time;
    now += time;
  }
  return shared / (now - start);
}

describe('Pace', () => {
  it('shares what goes faster together, but for one run to compare with', () => {
    const pace = new Pace();
    expect(simulate(pace, 0, 1000, 2, 1.1)).toBeGreaterThan(0.99);
  });

  it('hardly ever tries what goes slower together, and loses a few hundredths by trying', () => {
    for (const slowdown of [1.05, 1.5, 4]) {
      const pace = new Pace();
      simulate(pace, 0, 10_000, 0.5, 0.5 * slowdown);
      expect(simulate(pace, 10_000, 10_000, 0.5, 0.5 * slowdown)).toBeLessThan(0.02);
    }
  });

  it('comes back within two seconds when the other processes have gone', () => {
    const pace = new Pace();
    simulate(pace, 0, 60_000, 1, 3);
    simulate(pace, 60_000, 2000, 1, 0.6);
    expect(simulate(pace, 62_000, 1000, 1, 0.6)).toBeCloseTo(1);
  });

  it('keeps long runs alone long enough to be worth the trial', () => {
    const pace = new Pace();
    expect(simulate(pace, 0, 1_000_000, 500, 1000)).toBeLessThan(0.15);
  });

  it('makes a short pause after one run that took long', () => {
    const pace = new Pace();
    simulate(pace, 0, 1000, 1, 0.6);
    pace.note(1000, 1020, true);
    expect(pace.shares(1020)).toBe(false);
    expect(pace.shares(1100)).toBe(true);
  });
});
