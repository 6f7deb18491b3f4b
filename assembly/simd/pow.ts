// x^y on four floats: 2^(y log2 |x|) in double precision, so that an exponent of 128 still leaves a
// result good to the last float bit; then the special cases of IEEE 754 pow.
import { HALF, INFINITY, ONE, SIGN_BIT } from "./lanes";

// log2(m) = s L(s^2), s = (m - 1) / (m + 1), m in [sqrt(1/2), sqrt(2)); minimax (Remez), 2^-43.
const L: usize = memory.data<f64>(
  [
    0.2829103842563627, 0.2829103842563627, 0.31990495396865837, 0.31990495396865837, 0.4122092712800013,
    0.4122092712800013, 0.5770779421684104, 0.5770779421684104, 0.9617966941140577, 0.9617966941140577,
    2.8853900817778495, 2.8853900817778495,
  ],
  16,
);
// 2^f on [-1/2, 1/2]; minimax, 2^-34.
const E: usize = memory.data<f64>(
  [
    1.5316489643428525e-5, 1.5316489643428525e-5, 0.0001546975834778393, 0.0001546975834778393, 0.0013333422526409253,
    0.0013333422526409253, 0.009618025521232249, 0.009618025521232249, 0.05550410976253483, 0.05550410976253483,
    0.24022651214197216, 0.24022651214197216, 0.693147180534983, 0.693147180534983, 0.9999999999594863,
    0.9999999999594863,
  ],
  16,
);
const ONE_WIDE: usize = memory.data<f64>([1, 1], 16);
const INFINITY_WIDE: usize = memory.data<u64>([0x7ff0000000000000, 0x7ff0000000000000], 16);
const MINUS_INFINITY_WIDE: usize = memory.data<u64>([0xfff0000000000000, 0xfff0000000000000], 16);
// The bits of 1 less the bits of sqrt(1/2): moves the exponent's step from 1 to sqrt(1/2).
const STEP: usize = memory.data<u64>([0x95f619980c433, 0x95f619980c433], 16);
const TWO_52: usize = memory.data<f64>([4503599627370496, 4503599627370496], 16);
const TWO_52_AND_BIAS: usize = memory.data<f64>([4503599627371519, 4503599627371519], 16);
const ROUND: usize = memory.data<f64>([6755399441055744, 6755399441055744], 16);
// Powers of two beyond +-1000 overflow or vanish in single precision anyway.
const LOWEST: usize = memory.data<f64>([-1000, -1000], 16);
const HIGHEST: usize = memory.data<f64>([1000, 1000], 16);

/** 2^(y log2 x) for the two low lanes, x >= 0, as two floats in the low lanes. */
function power(xSingle: v128, ySingle: v128): v128 {
  const x = f64x2.promote_low_f32x4(xSingle);
  const y = f64x2.promote_low_f32x4(ySingle);
  const one = v128.load(ONE_WIDE);
  // x = 2^k m; every positive float is a normal double.
  const biased = i64x2.shr_u(i64x2.add(x, v128.load(STEP)), 52); // k + 1023
  const k = f64x2.sub(v128.or(biased, v128.load(TWO_52)), v128.load(TWO_52_AND_BIAS));
  const m = i64x2.add(i64x2.sub(x, i64x2.shl(biased, 52)), one);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const square = f64x2.mul(s, s);
  let l = f64x2.add(f64x2.mul(v128.load(L), square), v128.load(L, 16));
  l = f64x2.add(f64x2.mul(l, square), v128.load(L, 32));
  l = f64x2.add(f64x2.mul(l, square), v128.load(L, 48));
  l = f64x2.add(f64x2.mul(l, square), v128.load(L, 64));
  l = f64x2.add(f64x2.mul(l, square), v128.load(L, 80));
  let log2 = f64x2.add(k, f64x2.mul(s, l));
  log2 = v128.bitselect(log2, x, f64x2.lt(x, v128.load(INFINITY_WIDE)));
  log2 = v128.bitselect(v128.load(MINUS_INFINITY_WIDE), log2, f64x2.eq(x, i64x2.splat(0)));

  const t = f64x2.pmin(f64x2.pmax(f64x2.mul(y, log2), v128.load(LOWEST)), v128.load(HIGHEST));
  const rounded = f64x2.add(t, v128.load(ROUND));
  const f = f64x2.sub(t, f64x2.sub(rounded, v128.load(ROUND)));
  let e = f64x2.add(f64x2.mul(v128.load(E), f), v128.load(E, 16));
  e = f64x2.add(f64x2.mul(e, f), v128.load(E, 32));
  e = f64x2.add(f64x2.mul(e, f), v128.load(E, 48));
  e = f64x2.add(f64x2.mul(e, f), v128.load(E, 64));
  e = f64x2.add(f64x2.mul(e, f), v128.load(E, 80));
  e = f64x2.add(f64x2.mul(e, f), v128.load(E, 96));
  e = f64x2.add(f64x2.mul(e, f), v128.load(E, 112));
  const scale = i64x2.add(i64x2.shl(rounded, 52), one);
  return f32x4.demote_f64x2_zero(f64x2.mul(e, scale));
}

// @ts-ignore: decorator
@inline
export function pow4(x: v128, y: v128): v128 {
  const one = v128.load(ONE);
  const a = f32x4.abs(x);
  const low = power(a, y);
  const high = power(i32x4.shuffle(a, a, 2, 3, 2, 3), i32x4.shuffle(y, y, 2, 3, 2, 3));
  const magnitude = i32x4.shuffle(low, high, 0, 1, 4, 5);

  // The sign of x survives an odd y; the power of a finite negative x with a fractional exponent is NaN.
  const half = f32x4.mul(y, v128.load(HALF));
  const whole = f32x4.eq(y, f32x4.nearest(y));
  const odd = v128.and(whole, f32x4.ne(half, f32x4.nearest(half)));
  const signed = v128.or(magnitude, v128.and(v128.and(x, v128.load(SIGN_BIT)), odd));
  const undefinedPower = v128.and(f32x4.lt(x, i32x4.splat(0)), f32x4.lt(a, v128.load(INFINITY)));
  const result = v128.or(signed, v128.andnot(undefinedPower, whole));

  // x^0 = 1^y = 1 even for NaN, and (-1)^(+-Inf) = 1.
  const endless = f32x4.eq(f32x4.abs(y), v128.load(INFINITY));
  const unit = v128.or(f32x4.eq(x, one), v128.and(f32x4.eq(a, one), endless));
  return v128.bitselect(one, result, v128.or(unit, f32x4.eq(y, i32x4.splat(0))));
}
