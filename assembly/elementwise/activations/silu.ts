import { gate4 } from "../../simd/exp";
import { SIGN_BIT, withSign4 } from "../../simd/lanes";
import { gradientExp, mapExp } from "../../simd/map-exp";
import { EXP_LOWEST, gatedSlope } from "../gradient";

// The limit at -Infinity is 0, not the NaN of 0 * Infinity.
@unmanaged
class Silu {
  @inline exponent(x: v128): v128 {
    return v128.or(x, v128.load(SIGN_BIT));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    return f32x4.mul(f32x4.pmax(x, v128.load(EXP_LOWEST)), gate4(x, e));
  }
}
/** x sigmoid(x) */
export function siluMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapExp<Silu>(x, y, begin, end);
}

@unmanaged
class SiluGradient {
  /** -|x| */
  @inline exponent(x: v128): v128 {
    return f32x4.pmax(v128.or(x, v128.load(SIGN_BIT)), v128.load(EXP_LOWEST));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    const bounded = withSign4(f32x4.neg(this.exponent(x)), x);
    return gatedSlope(e, f32x4.lt(x, i32x4.splat(0)), bounded);
  }
}
/** dy (s + x s (1 - s)), s = sigmoid(x) */
export function siluGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradientExp<SiluGradient>(dy, x, dx, i32x4.splat(0), begin, end);
}
