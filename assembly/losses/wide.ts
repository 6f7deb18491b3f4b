// Positive numbers as small as a product of thousands of probabilities: m 2^e in an i64, the exponent e in the upper 36
// bits, the fraction of m in [1, 2) in the lower 28. Their sums need no exponentials, unlike sums of logarithms.
const FRACTION: i64 = 28;
const FRACTION_BITS: i64 = (1 << 28) - 1;
/** What the fraction of an f64 has more. */
const SPARE: i64 = 24;
/** Numbers with a smaller exponent are 0. */
const LOWEST: i64 = -(1 << 34);
const ONE_BITS: i64 = 1023 << 52;
const LN2: f64 = 0.6931471805599453;

export const ZERO: i64 = -(1 << 35) << 28;
export const ONE: i64 = 0;

// @ts-ignore: decorator
@inline
function mantissa(x: i64): f64 {
  return reinterpret<f64>(ONE_BITS | ((x & FRACTION_BITS) << SPARE));
}

/** 2^k for k < 1024; 0 for k < -1022. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: i64): f64 {
  return k < -1022 ? 0 : reinterpret<f64>((k + 1023) << 52);
}

/** m 2^e; m is 0 or normal. */
// @ts-ignore: decorator
@inline
function wide(m: f64, e: i64): i64 {
  const bits = reinterpret<i64>(m);
  const exponent = e + (bits >> 52) - 1023;
  if (m == 0 || exponent < LOWEST) return ZERO;
  return (exponent << FRACTION) | ((bits >> SPARE) & FRACTION_BITS);
}

/** (a + b + c) d */
export function sumTimes(a: i64, b: i64, c: i64, d: i64): i64 {
  const e = max(max(a >> FRACTION, b >> FRACTION), c >> FRACTION);
  if (e < LOWEST || d == ZERO) return ZERO;
  const m =
    mantissa(a) * powerOfTwo((a >> FRACTION) - e) +
    mantissa(b) * powerOfTwo((b >> FRACTION) - e) +
    mantissa(c) * powerOfTwo((c >> FRACTION) - e);
  return wide(m * mantissa(d), e + (d >> FRACTION));
}

/** a b / c, where that is a probability. */
export function share(a: i64, b: i64, c: i64): f64 {
  if (a == ZERO || b == ZERO) return 0;
  return ((mantissa(a) * mantissa(b)) / mantissa(c)) * powerOfTwo((a >> FRACTION) + (b >> FRACTION) - (c >> FRACTION));
}

/** a m, m > 0 */
export function scaled(a: i64, m: f64): i64 {
  return a == ZERO ? ZERO : wide(mantissa(a) * m, a >> FRACTION);
}

/** As f64, which has 0 for a < 2^-1022. */
export function narrow(a: i64): f64 {
  return mantissa(a) * powerOfTwo(a >> FRACTION);
}

/** exp(x), x <= 0. Below 2^-2^20 it is 0, so that products of 16,384 do not leave the range. */
export function exponential(x: f64): i64 {
  const n = nearest(x * 1.4426950408889634);
  if (!(n > -1048576)) return ZERO;
  const r = x - n * LN2; // |r| <= ln2 / 2
  let y: f64 = 1;
  for (let k: f64 = 13; k > 0; k -= 1) y = 1 + (y * r) / k;
  return wide(y, <i64>n);
}

/** log a, a > 0. log m = 2 artanh((m - 1) / (m + 1)). */
export function logarithm(a: i64): f64 {
  let m = mantissa(a);
  let e = a >> FRACTION;
  if (m > 1.4142135623730951) {
    m *= 0.5;
    e += 1;
  }
  const s = (m - 1) / (m + 1);
  let sum: f64 = 0;
  for (let k: f64 = 19; k > 0; k -= 2) sum = sum * s * s + 1 / k;
  return 2 * s * sum + <f64>e * LN2;
}
