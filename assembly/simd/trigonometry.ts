// sin and cos on four floats.
//
// x = n pi/2 + r with |r| <= pi/4 is computed in double precision: pi/2 = HALF_PI_HIGH (28 bits) + HALF_PI_LOW,
// so n HALF_PI_HIGH is exact for |x| < 2^25. Larger arguments are first brought to [-pi, pi] one by one
// with the bits of 2/pi (Payne and Hanek 1983). Then sin r = r (1 + r^2 S(r^2)), cos r = 1 - r^2/2 + r^4 C(r^2) with
// minimax polynomials (Remez, relative error 2^-27 and 2^-33).
import { HALF, ONE, multiplyThenAdd4 } from "./lanes";

const S: usize = memory.data<f32>(
  [
    -0.00019517897, -0.00019517897, -0.00019517897, -0.00019517897, 0.008332187, 0.008332187, 0.008332187, 0.008332187,
    -0.16666655, -0.16666655, -0.16666655, -0.16666655,
  ],
  16,
);
const C: usize = memory.data<f32>(
  [
    2.4432327e-5, 2.4432327e-5, 2.4432327e-5, 2.4432327e-5, -0.001388731, -0.001388731, -0.001388731, -0.001388731,
    0.041666646, 0.041666646, 0.041666646, 0.041666646,
  ],
  16,
);
const TWO_OVER_PI: usize = memory.data<f64>([0.6366197723675814, 0.6366197723675814], 16);
// 1.5 * 2^52: rounds to an integer and leaves it in the low bits.
const ROUND: usize = memory.data<f64>([6755399441055744, 6755399441055744], 16);
const HALF_PI_HIGH: usize = memory.data<f64>([1.570796325802803, 1.570796325802803], 16);
const HALF_PI_LOW: usize = memory.data<f64>([9.920935796805404e-10, 9.920935796805404e-10], 16);
const LARGE: usize = memory.data<f32>([33554432, 33554432, 33554432, 33554432], 16);
// 2/pi = 0.a2f9836e..., 256 bits, most significant word first.
const TWO_OVER_PI_BITS: usize = memory.data<u32>(
  [0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561],
  16,
);

/** 64 bits of 2/pi, the first of weight 2^-(index + 1). */
function bitsOfTwoOverPi(index: u32): u64 {
  const words = TWO_OVER_PI_BITS + ((index >> 5) << 2);
  const shift = <u64>(index & 31);
  const high = ((<u64>load<u32>(words)) << 32) | (<u64>load<u32>(words, 4));
  return (high << shift) | (((<u64>load<u32>(words, 8)) << shift) >> 32);
}

/**
 * x itself when |x| < 2^25, else x - 2 pi k in [-pi, pi]; NaN for an infinity. With x = m 2^e, m of 24 bits, only the bits
 * of 2/pi below weight 2^(1-e) move x 2/pi modulo 4; 96 of them leave an error of 2^-61.
 */
function principalAngle(x: f32): f64 {
  const bits = reinterpret<u32>(x);
  const exponent = <i32>((bits >> 23) & 0xff) - 150;
  if (exponent < 2) return <f64>x;
  if (exponent == 105) return NaN;
  const mantissa = <u64>((bits & 0x7fffff) | 0x800000);
  // Quarter turns with 62 fraction bits; the overflow of 64 bits drops the whole turns.
  const index = <u32>(exponent - 2);
  const turns = mantissa * bitsOfTwoOverPi(index) + ((mantissa * (bitsOfTwoOverPi(index + 64) >> 32)) >> 32);
  const angle = <f64>(<i64>turns) * (1.5707963267948966 / 4611686018427387904);
  return <i32>bits < 0 ? -angle : angle;
}

/** The two low lanes in double precision, large ones reduced. */
function angles(x: v128): v128 {
  const wide = f64x2.promote_low_f32x4(x);
  const large = f32x4.ge(f32x4.abs(x), v128.load(LARGE));
  if (i64x2.extract_lane(large, 0) == 0) return wide;
  const first = f64x2.splat(principalAngle(f32x4.extract_lane(x, 0)));
  return f64x2.replace_lane(first, 1, principalAngle(f32x4.extract_lane(x, 1)));
}

/** sin(x + quarterTurns pi/2). */
function sine(x: v128, quarterTurns: i32): v128 {
  const round = v128.load(ROUND);
  const xLow = angles(x);
  const xHigh = angles(i32x4.shuffle(x, x, 2, 3, 2, 3));
  const nLow = f64x2.add(f64x2.mul(xLow, v128.load(TWO_OVER_PI)), round);
  const nHigh = f64x2.add(f64x2.mul(xHigh, v128.load(TWO_OVER_PI)), round);
  const r = i32x4.shuffle(remainder(xLow, nLow), remainder(xHigh, nHigh), 0, 1, 4, 5);
  const n = i32x4.add(i32x4.shuffle(nLow, nHigh, 0, 2, 4, 6), i32x4.splat(quarterTurns));

  const one = v128.load(ONE);
  const square = f32x4.mul(r, r);
  let s = multiplyThenAdd4(v128.load(S), square, v128.load(S, 16));
  s = multiplyThenAdd4(s, square, v128.load(S, 32));
  s = f32x4.mul(r, multiplyThenAdd4(s, square, one));
  let c = multiplyThenAdd4(v128.load(C), square, v128.load(C, 16));
  c = multiplyThenAdd4(c, square, v128.load(C, 32));
  c = multiplyThenAdd4(c, f32x4.mul(square, square), f32x4.sub(one, f32x4.mul(square, v128.load(HALF))));

  const odd = i32x4.eq(v128.and(n, i32x4.splat(1)), i32x4.splat(1));
  const sign = i32x4.shl(v128.and(n, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(c, s, odd), sign);
}

/** x - n pi/2 as two floats in the low lanes. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, rounded: v128): v128 {
  const n = f64x2.sub(rounded, v128.load(ROUND));
  const r = f64x2.sub(x, f64x2.mul(n, v128.load(HALF_PI_HIGH)));
  return f32x4.demote_f64x2_zero(f64x2.sub(r, f64x2.mul(n, v128.load(HALF_PI_LOW))));
}

/** sin(x), as cos4: <= 2 ULP for |x| < 1e5, 2.5 ULP sampled up to the largest float; NaN for an infinity. */
// @ts-ignore: decorator
@inline
export function sin4(x: v128): v128 {
  return sine(x, 0);
}

// @ts-ignore: decorator
@inline
export function cos4(x: v128): v128 {
  return sine(x, 1);
}
