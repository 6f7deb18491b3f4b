import { gate4 } from "../../simd/exp";
import { multiplyThenAdd4, withSign4 } from "../../simd/lanes";
import { gradientExp, mapExp } from "../../simd/map-exp";
import { TAIL_HIGHEST } from "../../simd/normal";
import { gatedSlope } from "../gradient";

// 2 sqrt(2/pi) and 2 sqrt(2/pi) 0.044715.
const LINEAR: usize = memory.data<f32>([1.5957691216, 1.5957691216, 1.5957691216, 1.5957691216], 16);
const CUBIC: usize = memory.data<f32>([0.0713548163, 0.0713548163, 0.0713548163, 0.0713548163], 16);
const THREE: usize = memory.data<f32>([3, 3, 3, 3], 16);

/** 2u = 2 sqrt(2/pi) (x + 0.044715 x^3) */
// @ts-ignore: decorator
@inline
function argument(x: v128): v128 {
  return f32x4.mul(x, multiplyThenAdd4(f32x4.mul(x, x), v128.load(CUBIC), v128.load(LINEAR)));
}

/** d(2u)/dx */
// @ts-ignore: decorator
@inline
function argumentSlope(x: v128): v128 {
  return multiplyThenAdd4(f32x4.mul(f32x4.mul(x, x), v128.load(THREE)), v128.load(CUBIC), v128.load(LINEAR));
}

// (1 + tanh(u)) / 2 = sigmoid(2u). The limit at -Infinity is 0, not the NaN of 0 * Infinity.
@unmanaged
class GeluTanh {
  @inline exponent(x: v128): v128 {
    return f32x4.neg(argument(f32x4.pmin(f32x4.abs(x), v128.load(TAIL_HIGHEST))));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    return f32x4.mul(f32x4.pmax(x, f32x4.neg(v128.load(TAIL_HIGHEST))), gate4(x, e));
  }
}
/** x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2 */
export function geluTanhMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapExp<GeluTanh>(x, y, begin, end);
}

@unmanaged
class GeluTanhGradient {
  @inline exponent(x: v128): v128 {
    return f32x4.neg(argument(f32x4.pmin(f32x4.abs(x), v128.load(TAIL_HIGHEST))));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    const a = f32x4.pmin(f32x4.abs(x), v128.load(TAIL_HIGHEST));
    const xSlope = f32x4.mul(withSign4(a, x), argumentSlope(a));
    return gatedSlope(e, f32x4.lt(x, i32x4.splat(0)), xSlope);
  }
}
/** dy (s + x (2u)' s (1 - s)), s = sigmoid(2u) */
export function geluTanhGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradientExp<GeluTanhGradient>(dy, x, dx, i32x4.splat(0), begin, end);
}
