// exp2 and log2 on four floats, exact at whole powers: the exponent is split off before exp or log, which see a small
// remainder.
import { exp4 } from "./exp";
import { INFINITY, ONE } from "./lanes";
import { log4 } from "./log";

const LN2: usize = memory.data<f32>([0.6931472, 0.6931472, 0.6931472, 0.6931472], 16);
const LOG2_E: usize = memory.data<f32>([1.442695, 1.442695, 1.442695, 1.442695], 16);
const LOWEST: usize = memory.data<f32>([-160, -160, -160, -160], 16);
const HIGHEST: usize = memory.data<f32>([130, 130, 130, 130], 16);
const SQRT_HALF: usize = memory.data<u32>([0x3f3504f3, 0x3f3504f3, 0x3f3504f3, 0x3f3504f3], 16);
const SMALLEST_NORMAL: usize = memory.data<u32>([0x00800000, 0x00800000, 0x00800000, 0x00800000], 16);
const TWO_23: usize = memory.data<f32>([8388608, 8388608, 8388608, 8388608], 16);
const TWENTY_THREE: usize = memory.data<f32>([23, 23, 23, 23], 16);

/** 2^n for whole n in [-126, 127]. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), v128.load(ONE));
}

/** 2^x: <= 2 ULP; subnormal results are rounded once, because the power of two is applied in two exact steps. */
// @ts-ignore: decorator
@inline
export function exp2_4(x: v128): v128 {
  // min and max keep NaN
  const bounded = f32x4.max(f32x4.min(x, v128.load(HIGHEST)), v128.load(LOWEST));
  const whole = f32x4.nearest(bounded);
  const y = exp4(f32x4.mul(f32x4.sub(bounded, whole), v128.load(LN2)));
  const n = i32x4.trunc_sat_f32x4_s(whole);
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
}

/** log2(x): <= 2.5 ULP, subnormal arguments included; -Infinity at 0, NaN below. */
// @ts-ignore: decorator
@inline
export function log2_4(x: v128): v128 {
  const subnormal = f32x4.lt(x, v128.load(SMALLEST_NORMAL));
  const bits = v128.bitselect(f32x4.mul(x, v128.load(TWO_23)), x, subnormal);
  const k = i32x4.shr_s(i32x4.sub(bits, v128.load(SQRT_HALF)), 23);
  const exponent = f32x4.sub(f32x4.convert_i32x4_s(k), v128.and(subnormal, v128.load(TWENTY_THREE)));
  const log = log4(i32x4.sub(bits, i32x4.shl(k, 23)));
  const y = f32x4.add(exponent, f32x4.mul(log, v128.load(LOG2_E)));
  const usual = v128.and(f32x4.gt(x, i32x4.splat(0)), f32x4.lt(x, v128.load(INFINITY)));
  return v128.bitselect(y, log4(x), usual);
}
