// exp, and functions computed from it, on four floats.
//
// x = n ln2 + r with |r| <= ln2/2, exp(x) = 2^n (1 + r + r^2 P(r)). P is a minimax polynomial found with
// the Remez exchange for the relative error of expm1 (2^-27). ln2 is split in two (Cody-Waite): n LN2_HIGH is
// exact, so r keeps full precision.
import { HALF, ONE, SIGN_BIT, TWO, multiplyThenAdd4, withSign4 } from "./lanes";

export const LOG2_E: usize = memory.data<f32>([1.44269504, 1.44269504, 1.44269504, 1.44269504], 16);
// 1.5 * 2^23: adding it rounds to the nearest integer and leaves that integer in the low mantissa bits.
export const ROUND: usize = memory.data<f32>([12582912, 12582912, 12582912, 12582912], 16);
export const LN2_HIGH: usize = memory.data<f32>([0.693359375, 0.693359375, 0.693359375, 0.693359375], 16);
export const LN2_LOW: usize = memory.data<f32>([-2.1219444e-4, -2.1219444e-4, -2.1219444e-4, -2.1219444e-4], 16);
export const P: usize = memory.data<f32>(
  [
    0.0013837856, 0.0013837856, 0.0013837856, 0.0013837856, 0.008367319, 0.008367319, 0.008367319, 0.008367319,
    0.04166774, 0.04166774, 0.04166774, 0.04166774, 0.16666538, 0.16666538, 0.16666538, 0.16666538, 0.49999997,
    0.49999997, 0.49999997, 0.49999997,
  ],
  16,
);
// exp(-104) is below half the smallest subnormal, exp(89) above the largest float.
const LOWEST: usize = memory.data<f32>([-104, -104, -104, -104], 16);
const HIGHEST: usize = memory.data<f32>([89, 89, 89, 89], 16);
// expm1 is -1 below the first limit, and x itself within the tiny range (which keeps -0 and subnormals).
const EXPM1_LOWEST: usize = memory.data<f32>([-18, -18, -18, -18], 16);
const EXPM1_TINY: usize = memory.data<f32>([2e-8, 2e-8, 2e-8, 2e-8], 16);
// (tanh(x) - x) / x^3 in x^2 for |x| < 0.55; minimax, 2^-29.
const TANH_TURN: usize = memory.data<f32>([0.55, 0.55, 0.55, 0.55], 16);
const T: usize = memory.data<f32>(
  [
    -0.006243321, -0.006243321, -0.006243321, -0.006243321, 0.021050816, 0.021050816, 0.021050816, 0.021050816,
    -0.053847548, -0.053847548, -0.053847548, -0.053847548, 0.13332544, 0.13332544, 0.13332544, 0.13332544, -0.33333316,
    -0.33333316, -0.33333316, -0.33333316,
  ],
  16,
);
const TANH_HIGHEST: usize = memory.data<f32>([9.1, 9.1, 9.1, 9.1], 16);

// A constant that is needed twice is loaded once here, since compilation for size does not see to that.

/** n + 1.5 * 2^23, n = round(x / ln2). `round` is the constant ROUND. */
// @ts-ignore: decorator
@inline
export function roundedExponent(x: v128, round: v128): v128 {
  return multiplyThenAdd4(x, v128.load(LOG2_E), round);
}

/**
 * expm1(r) = r + r^2 P(r), r = x - n ln2. x - n LN2_HIGH is exact; the low part of r joins the small term, so
 * that r itself is never rounded into the sum.
 */
// @ts-ignore: decorator
@inline
export function expm1Remainder(x: v128, rounded: v128, round: v128): v128 {
  const n = f32x4.sub(rounded, round);
  const high = f32x4.sub(x, f32x4.mul(n, v128.load(LN2_HIGH)));
  const low = f32x4.mul(n, v128.load(LN2_LOW));
  const r = f32x4.sub(high, low);
  // Two halves in parallel, since the dependency chain limits the speed of these loops.
  const square = f32x4.mul(r, r);
  const lower = multiplyThenAdd4(v128.load(P, 48), r, v128.load(P, 64));
  const upper = multiplyThenAdd4(v128.load(P), square, multiplyThenAdd4(v128.load(P, 16), r, v128.load(P, 32)));
  const p = multiplyThenAdd4(upper, square, lower);
  return f32x4.add(high, f32x4.sub(f32x4.mul(square, p), low));
}

/** 2^n for n in [-126, 127]; `one` is the constant ONE. */
// @ts-ignore: decorator
@inline
export function powerOfTwo(rounded: v128, one: v128): v128 {
  return i32x4.add(i32x4.shl(rounded, 23), one);
}

/** exp(x): <= 1 ULP over the whole range, subnormal results included. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, v128.load(LOWEST)), v128.load(HIGHEST));
  const round = v128.load(ROUND);
  const one = v128.load(ONE);
  const rounded = roundedExponent(bounded, round);
  const y = f32x4.add(expm1Remainder(bounded, rounded, round), one);
  const half = i32x4.shl(i32x4.shr_s(i32x4.sub(rounded, round), 1), 23);
  const rest = i32x4.sub(i32x4.shl(rounded, 23), half);
  return f32x4.mul(f32x4.mul(y, i32x4.add(half, one)), i32x4.add(rest, one));
}

/** expm1(x) for |x| <= 80: 2^n expm1(r) + (2^n - 1). */
// @ts-ignore: decorator
@inline
export function expm1Moderate4(x: v128): v128 {
  const round = v128.load(ROUND);
  const one = v128.load(ONE);
  const rounded = roundedExponent(x, round);
  const scale = powerOfTwo(rounded, one);
  return multiplyThenAdd4(scale, expm1Remainder(x, rounded, round), f32x4.sub(scale, one));
}

/** expm1(x) over the whole range. It computes half of the result, because 2^128 is not a float. */
// @ts-ignore: decorator
@inline
export function expm1_4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, v128.load(EXPM1_LOWEST)), v128.load(HIGHEST));
  const round = v128.load(ROUND);
  const rounded = roundedExponent(bounded, round);
  const half = v128.load(HALF);
  const scale = i32x4.add(i32x4.shl(rounded, 23), half); // 2^(n-1)
  const y = multiplyThenAdd4(scale, expm1Remainder(bounded, rounded, round), f32x4.sub(scale, half));
  const tiny = f32x4.lt(f32x4.abs(x), v128.load(EXPM1_TINY));
  return v128.bitselect(x, f32x4.add(y, y), tiny);
}

/** tanh(x) = 1 - 2 / (exp(2|x|) + 1), or x + x^3 T(x^2) where that would cancel; with the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const one = v128.load(ONE);
  const a = f32x4.pmin(f32x4.abs(x), v128.load(TANH_HIGHEST));
  const twice = f32x4.add(a, a);
  const round = v128.load(ROUND);
  const rounded = roundedExponent(twice, round);
  const e = f32x4.mul(f32x4.add(expm1Remainder(twice, rounded, round), one), powerOfTwo(rounded, one));
  const large = f32x4.sub(one, f32x4.div(v128.load(TWO), f32x4.add(e, one)));
  const square = f32x4.mul(a, a);
  let t = multiplyThenAdd4(v128.load(T), square, v128.load(T, 16));
  t = multiplyThenAdd4(t, square, v128.load(T, 32));
  t = multiplyThenAdd4(t, square, v128.load(T, 48));
  t = multiplyThenAdd4(t, square, v128.load(T, 64));
  const small = multiplyThenAdd4(f32x4.mul(t, square), a, a);
  return withSign4(v128.bitselect(small, large, f32x4.lt(a, v128.load(TANH_TURN))), x);
}

/** 1 / (1 + exp(-x)) as (x < 0 ? e : 1) / (1 + e), e = exp(-|x|): exact in the far negative tail too. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return gate4(x, exp4(v128.or(x, v128.load(SIGN_BIT))));
}

/** The sigmoid of a z with the sign of x, from e = exp(-|z|). */
// @ts-ignore: decorator
@inline
export function gate4(x: v128, e: v128): v128 {
  const one = v128.load(ONE);
  const numerator = v128.bitselect(e, one, f32x4.lt(x, i32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}
