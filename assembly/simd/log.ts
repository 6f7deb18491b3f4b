// log, log1p and softplus on four floats.
//
// x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, log(1 + f) = f - f^2/2 + f^3 P(f). P is a minimax
// polynomial found with the Remez exchange for the relative error of log1p (2^-27).
import { HALF, INFINITY, ONE, multiplyThenAdd4, polynomial9, withSign4 } from "./lanes";

const P: usize = memory.data<f32>(
  [
    0.052606493, 0.052606493, 0.052606493, 0.052606493, -0.10896726, -0.10896726, -0.10896726, -0.10896726, 0.121127985,
    0.121127985, 0.121127985, 0.121127985, -0.12549475, -0.12549475, -0.12549475, -0.12549475, 0.14209637, 0.14209637,
    0.14209637, 0.14209637, -0.16659373, -0.16659373, -0.16659373, -0.16659373, 0.20002222, 0.20002222, 0.20002222,
    0.20002222, -0.25000167, -0.25000167, -0.25000167, -0.25000167, 0.33333313, 0.33333313, 0.33333313, 0.33333313,
  ],
  16,
);
const LN2_HIGH: usize = memory.data<f32>([0.693359375, 0.693359375, 0.693359375, 0.693359375], 16);
const LN2_LOW: usize = memory.data<f32>([-2.1219444e-4, -2.1219444e-4, -2.1219444e-4, -2.1219444e-4], 16);
const SMALLEST_NORMAL: usize = memory.data<u32>([0x00800000, 0x00800000, 0x00800000, 0x00800000], 16);
const SQRT_HALF: usize = memory.data<u32>([0x3f3504f3, 0x3f3504f3, 0x3f3504f3, 0x3f3504f3], 16);
const TWO_23: usize = memory.data<f32>([8388608, 8388608, 8388608, 8388608], 16);
const TWENTY_THREE: usize = memory.data<f32>([23, 23, 23, 23], 16);
const LARGEST_SHIFT: usize = memory.data<i32>([127, 127, 127, 127], 16);
const MINUS_INFINITY: usize = memory.data<u32>([0xff800000, 0xff800000, 0xff800000, 0xff800000], 16);

/** k ln2 + log(1 + f). */
// @ts-ignore: decorator
@inline
function logSum(k: v128, f: v128): v128 {
  const square = f32x4.mul(f, f);
  const cube = f32x4.mul(f, square);
  const p = polynomial9(P, f, square, cube);
  let y = multiplyThenAdd4(k, v128.load(LN2_LOW), f32x4.mul(cube, p));
  y = f32x4.sub(y, f32x4.mul(v128.load(HALF), square));
  return multiplyThenAdd4(k, v128.load(LN2_HIGH), f32x4.add(f, y));
}

/** The special cases: log(0) = -Infinity, NaN for a negative argument; Infinity and NaN stay. */
// @ts-ignore: decorator
@inline
function withEdges(y: v128, argument: v128, x: v128): v128 {
  const zero = i32x4.splat(0);
  y = v128.bitselect(y, x, f32x4.lt(x, v128.load(INFINITY)));
  y = v128.bitselect(v128.load(MINUS_INFINITY), y, f32x4.eq(argument, zero));
  return v128.or(y, f32x4.lt(argument, zero));
}

/** log(x): <= 1 ULP over the whole range, subnormal arguments included. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const subnormal = f32x4.lt(x, v128.load(SMALLEST_NORMAL));
  const bits = v128.bitselect(f32x4.mul(x, v128.load(TWO_23)), x, subnormal);
  const k = i32x4.shr_s(i32x4.sub(bits, v128.load(SQRT_HALF)), 23);
  const f = f32x4.sub(i32x4.sub(bits, i32x4.shl(k, 23)), v128.load(ONE));
  const exponent = f32x4.sub(f32x4.convert_i32x4_s(k), v128.and(subnormal, v128.load(TWENTY_THREE)));
  return withEdges(logSum(exponent, f), x, x);
}

/** log(1 + x) from u = 1 + x rounded; the rounding error, x - (u - 1), is added to f. u finite and positive. */
// @ts-ignore: decorator
@inline
function log1pSum(x: v128, u: v128): v128 {
  const one = v128.load(ONE);
  const lost = f32x4.sub(x, f32x4.sub(u, one));
  const k = i32x4.shr_s(i32x4.sub(u, v128.load(SQRT_HALF)), 23);
  // 2^-k. For k = 128 that is not a float, but then there is no rounding error.
  const shrink = i32x4.sub(one, i32x4.shl(i32x4.min_s(k, v128.load(LARGEST_SHIFT)), 23));
  const f = f32x4.add(f32x4.sub(i32x4.sub(u, i32x4.shl(k, 23)), one), f32x4.mul(lost, shrink));
  return logSum(f32x4.convert_i32x4_s(k), f);
}

/** log(1 + x): <= 1.5 ULP over the whole range; log1p(-0) = -0. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  const u = f32x4.add(x, v128.load(ONE));
  return withSign4(withEdges(log1pSum(x, u), u, x), x);
}

/** log(1 + exp(x)) = max(x, 0) + log1p(e) with e = exp(-|x|); the first term keeps a NaN. */
// @ts-ignore: decorator
@inline
export function softplusOf4(x: v128, e: v128): v128 {
  return f32x4.add(f32x4.pmax(x, i32x4.splat(0)), log1pSum(e, f32x4.add(e, v128.load(ONE))));
}
