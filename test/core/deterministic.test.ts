import { describe, expect, it } from 'vitest';
import { cosPi, exp, integerPower, log, powersOf } from '../../src/core/deterministic.js';

// References in fixed point: integers that count units of 2^-BITS, series summed until their terms vanish.
const BITS = 1200n;
const ONE = 1n << BITS;
const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
const over = (a: bigint, b: bigint): bigint => (a << BITS) / b;

/** A double, exactly. */
function fixed(x: number): bigint {
  let [m, shift] = [x, 0n];
  while (!Number.isInteger(m)) {
    m *= 2;
    shift++;
  }
  return (BigInt(m) << BITS) >> shift;
}

function series(first: bigint, next: (term: bigint, k: bigint) => bigint): bigint {
  let sum = 0n;
  for (let term = first, k = 1n; term !== 0n && term !== -1n; term = next(term, k++)) sum += term;
  return sum;
}

/** e^x by (e^(x/2^20))^(2^20). */
function expFixed(x: bigint): bigint {
  let value = series(ONE, (term, k) => times(term, x >> 20n) / k);
  for (let i = 0; i < 20; i++) value = times(value, value);
  return value;
}

/** Newton's method on e^y = x, from a double that is nearly right. */
function logFixed(x: bigint, guess: number): bigint {
  let y = fixed(guess);
  for (let i = 0; i < 5; i++) y += over(x, expFixed(y)) - ONE;
  return y;
}

/** Machin: pi = 16 atan(1/5) - 4 atan(1/239). */
const atanInverse = (n: bigint): bigint => {
  let sum = 0n;
  for (let k = 0n, term = ONE / n; term !== 0n; k++, term /= n * n)
    sum += ((k % 2n === 0n ? 1n : -1n) * term) / (2n * k + 1n);
  return sum;
};
const PI = 16n * atanInverse(5n) - 4n * atanInverse(239n);

function cosPiFixed(x: number): bigint {
  const y = times(PI, fixed(x));
  const square = times(y, y);
  let sum = 0n;
  for (let k = 1n, term = ONE; term !== 0n && term !== -1n; k += 2n) {
    sum += term;
    term = -times(term, square) / (k * (k + 1n));
  }
  return sum;
}

/** |actual - exact| in units in the last place of the exact value. */
function ulps(actual: number, exact: bigint): number {
  const size = Math.abs(actual);
  let ulp = 2 ** -1074;
  if (size >= 2 ** -1022) {
    ulp = 1;
    while (ulp * 2 ** 53 <= size) ulp *= 2;
    while (ulp * 2 ** 52 > size) ulp /= 2;
  }
  const difference = fixed(actual) - exact;
  return Number(((difference < 0n ? -difference : difference) * 1024n) / fixed(ulp)) / 1024;
}

const spread = (count: number, low: number, high: number): number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 0.37)) / count);

describe('deterministic functions', () => {
  it('exp is within 2 ulp', () => {
    for (const x of [...spread(120, -1, 1), ...spread(60, -700, 700), 0, 1e-20, -1e-20, 709.7, -744, -745]) {
      expect(ulps(exp(x), expFixed(fixed(x))), `exp(${x})`).toBeLessThan(2);
    }
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(710), exp(-746), exp(NaN)]).toEqual([
      1,
      0,
      Infinity,
      Infinity,
      0,
      NaN,
    ]);
  });

  it('log is within 2 ulp', () => {
    for (const x of [...spread(60, 0.5, 2), ...spread(20, 0.99, 1.01), 1e-300, 1e300, 1e-9, 12345.678, 1 - 2 ** -53]) {
      expect(ulps(log(x), logFixed(fixed(x), Math.log(x))), `log(${x})`).toBeLessThan(2);
    }
    expect([log(1), log(0), log(Infinity), log(-1), log(NaN)]).toEqual([0, -Infinity, Infinity, NaN, NaN]);
    expect(log(2 ** -1074)).toBeCloseTo(-744.4400719213812, 12);
  });

  it('cosPi is within 2 ulp, and exact at quarter turns', () => {
    for (const x of [...spread(200, 0, 1), 0.25, 0.75, 0.5 - 2 ** -40, 1e-9]) {
      expect(ulps(cosPi(x), cosPiFixed(x)), `cosPi(${x})`).toBeLessThan(2);
    }
    expect([0, 0.5, 1, 1.5, 2, 3, 1e6 + 0.5].map((x) => cosPi(x) + 0)).toEqual([1, 0, -1, 0, 1, -1, 0]);
    for (const x of [0.1, 0.3, 0.6, 0.9]) {
      expect(cosPi(-x)).toBe(cosPi(x));
      expect(cosPi(2 - x)).toBeCloseTo(cosPi(x), 14);
    }
  });

  it('powers: whole ones by multiplication, the rest continuous with them', () => {
    expect([integerPower(2, 0), integerPower(2, 1023), integerPower(0.5, 1074), integerPower(3, 5)]).toEqual([
      1,
      2 ** 1023,
      2 ** -1074,
      243,
    ]);
    expect(powersOf(0.1)(1)).toBe(0.1);
    for (const exponent of [0.5, 1.25, 7.9, 100.01]) {
      expect(powersOf(0.96)(exponent) / Math.pow(0.96, exponent)).toBeCloseTo(1, 13);
    }
  });
});
