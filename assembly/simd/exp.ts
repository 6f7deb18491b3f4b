// exp and what follows from it, on four floats.
//
// x = n ln2 + r with |r| <= ln2/2, exp(x) = 2^n (1 + r + r^2 P(r)). P is a minimax polynomial found with
// the Remez exchange for the relative error of expm1 (2^-27). ln2 is split in two (Cody-Waite): n LN2_HIGH is
// exact, so r keeps full precision.
import { HALF, ONE, SIGN_BIT, TWO, multiplyAdd4, withSign4 } from "./lanes";

const LOG2_E: usize = memory.data<f32>([1.44269504, 1.44269504, 1.44269504, 1.44269504], 16);
// 1.5 * 2^23: adding it rounds to the nearest integer and leaves that integer in the low mantissa bits.
const ROUND: usize = memory.data<f32>([12582912, 12582912, 12582912, 12582912], 16);
const LN2_HIGH: usize = memory.data<f32>([0.693359375, 0.693359375, 0.693359375, 0.693359375], 16);
const LN2_LOW: usize = memory.data<f32>([-2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4], 16);
const P: usize = memory.data<f32>([
  0.0013837856, 0.0013837856, 0.0013837856, 0.0013837856,
  0.008367319, 0.008367319, 0.008367319, 0.008367319,
  0.04166774, 0.04166774, 0.04166774, 0.04166774,
  0.16666538, 0.16666538, 0.16666538, 0.16666538,
  0.49999997, 0.49999997, 0.49999997, 0.49999997,
], 16);
// exp(-104) is below half the smallest subnormal, exp(89) above the largest float.
const LOWEST: usize = memory.data<f32>([-104, -104, -104, -104], 16);
const HIGHEST: usize = memory.data<f32>([89, 89, 89, 89], 16);
// expm1 is -1 below, x itself inside the tiny range (which also keeps -0 and subnormals).
const EXPM1_LOWEST: usize = memory.data<f32>([-18, -18, -18, -18], 16);
const EXPM1_TINY: usize = memory.data<f32>([2e-8, 2e-8, 2e-8, 2e-8], 16);
const TANH_TURN: usize = memory.data<f32>([0.2, 0.2, 0.2, 0.2], 16);
const TANH_HIGHEST: usize = memory.data<f32>([9.1, 9.1, 9.1, 9.1], 16);

/** n + 1.5 * 2^23, n = round(x / ln2). */
// @ts-ignore: decorator
@inline
function roundedExponent(x: v128): v128 {
  return multiplyAdd4(x, v128.load(LOG2_E), v128.load(ROUND));
}

/** r = x - n ln2. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, rounded: v128): v128 {
  const n = f32x4.sub(rounded, v128.load(ROUND));
  return f32x4.sub(f32x4.sub(x, f32x4.mul(n, v128.load(LN2_HIGH))), f32x4.mul(n, v128.load(LN2_LOW)));
}

/** expm1(r) = r + r^2 P(r) for |r| <= ln2/2. */
// @ts-ignore: decorator
@inline
function expm1Polynomial(r: v128): v128 {
  let p = multiplyAdd4(v128.load(P), r, v128.load(P, 16));
  p = multiplyAdd4(p, r, v128.load(P, 32));
  p = multiplyAdd4(p, r, v128.load(P, 48));
  p = multiplyAdd4(p, r, v128.load(P, 64));
  return multiplyAdd4(f32x4.mul(r, r), p, r);
}

/** 2^n for n in [-126, 127]. */
// @ts-ignore: decorator
@inline
function powerOfTwo(rounded: v128): v128 {
  return i32x4.add(i32x4.shl(rounded, 23), v128.load(ONE));
}

/** exp(x + tail), tail far below 1. x must not exceed 89. */
// @ts-ignore: decorator
@inline
export function expWithTail4(x: v128, tail: v128): v128 {
  const bounded = f32x4.pmax(x, v128.load(LOWEST));
  const rounded = roundedExponent(bounded);
  const r = f32x4.add(remainder(bounded, rounded), tail);
  const y = f32x4.add(expm1Polynomial(r), v128.load(ONE));
  // 2^n in two factors: 2^n itself is no float for n = 128 and n < -126, where the result is infinite or subnormal.
  const half = i32x4.shl(i32x4.shr_s(i32x4.sub(rounded, v128.load(ROUND)), 1), 23);
  const rest = i32x4.sub(i32x4.shl(rounded, 23), half);
  const one = v128.load(ONE);
  return f32x4.mul(f32x4.mul(y, i32x4.add(half, one)), i32x4.add(rest, one));
}

/** exp(x): <= 1 ULP over the whole range, subnormal results included. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, v128.load(LOWEST)), v128.load(HIGHEST));
  const rounded = roundedExponent(bounded);
  const y = f32x4.add(expm1Polynomial(remainder(bounded, rounded)), v128.load(ONE));
  const half = i32x4.shl(i32x4.shr_s(i32x4.sub(rounded, v128.load(ROUND)), 1), 23);
  const rest = i32x4.sub(i32x4.shl(rounded, 23), half);
  const one = v128.load(ONE);
  return f32x4.mul(f32x4.mul(y, i32x4.add(half, one)), i32x4.add(rest, one));
}

/** expm1(x) for |x| <= 80: 2^n expm1(r) + (2^n - 1). */
// @ts-ignore: decorator
@inline
export function expm1Moderate4(x: v128): v128 {
  const rounded = roundedExponent(x);
  const scale = powerOfTwo(rounded);
  return multiplyAdd4(scale, expm1Polynomial(remainder(x, rounded)), f32x4.sub(scale, v128.load(ONE)));
}

/** expm1(x) over the whole range. Works on half the scale, because 2^128 is no float. */
export function expm1_4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, v128.load(EXPM1_LOWEST)), v128.load(HIGHEST));
  const rounded = roundedExponent(bounded);
  const half = v128.load(HALF);
  const scale = i32x4.add(i32x4.shl(rounded, 23), half); // 2^(n-1)
  const y = multiplyAdd4(scale, expm1Polynomial(remainder(bounded, rounded)), f32x4.sub(scale, half));
  const tiny = f32x4.lt(f32x4.abs(x), v128.load(EXPM1_TINY));
  return v128.bitselect(x, f32x4.add(y, y), tiny);
}

/**
 * tanh(x) = |t| / (t + 2) with the sign of x, t = expm1(+-2|x|). The negative sign loses fewer bits in t + 2 for small
 * |x|, the positive one keeps t's own error from being doubled for large.
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), v128.load(TANH_HIGHEST));
  const small = f32x4.lt(a, v128.load(TANH_TURN));
  const t = expm1Moderate4(withSign4(f32x4.add(a, a), small));
  return withSign4(f32x4.div(f32x4.abs(t), f32x4.add(t, v128.load(TWO))), x);
}

/** 1 / (1 + exp(-x)) as (x < 0 ? e : 1) / (1 + e), e = exp(-|x|): exact in the far negative tail too. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = v128.load(ONE);
  const e = exp4(v128.or(x, v128.load(SIGN_BIT)));
  const numerator = v128.bitselect(e, one, f32x4.lt(x, i32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, e));
}
