import { expm1_4 } from "../../simd/exp";
import { ONE } from "../../simd/lanes";
import { map } from "../../simd/map";
import { gradientExp } from "../../simd/map-exp";

// ELU has rate 1, CELU 1 / alpha.
@unmanaged
class Elu {
  @inline of(x: v128, alpha: v128, rate: v128): v128 {
    return v128.bitselect(x, f32x4.mul(alpha, expm1_4(f32x4.mul(x, rate))), f32x4.gt(x, i32x4.splat(0)));
  }
}
/** x > 0 ? x : alpha (exp(rate x) - 1) */
export function eluMap(x: usize, y: usize, alpha: f32, rate: f32, begin: i32, end: i32): void {
  map<Elu>(x, y, f32x4.splat(alpha), f32x4.splat(rate), begin, end);
}

@unmanaged
class EluGradient {
  @inline exponent(x: v128): v128 {
    return f32x4.pmin(x, i32x4.splat(0));
  }
  @inline of(x: v128, e: v128, alpha: v128): v128 {
    return v128.bitselect(v128.load(ONE), f32x4.mul(alpha, e), f32x4.gt(x, i32x4.splat(0)));
  }
}
/** x > 0 ? dy : dy alpha exp(x) */
export function eluGradient(dy: usize, x: usize, dx: usize, alpha: f32, begin: i32, end: i32): void {
  gradientExp<EluGradient>(dy, x, dx, f32x4.splat(alpha), begin, end);
}
