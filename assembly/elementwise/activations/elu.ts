import { exp4, expm1_4 } from "../../simd/exp";
import { map } from "../../simd/map";
import { gradient } from "../gradient";

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
  @inline of(dy: v128, x: v128, alpha: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(dy, f32x4.mul(alpha, exp4(x))), f32x4.gt(x, i32x4.splat(0)));
  }
}
/** x > 0 ? dy : dy alpha exp(x) */
export function eluGradient(dy: usize, x: usize, dx: usize, alpha: f32, begin: i32, end: i32): void {
  gradient<EluGradient>(dy, x, dx, f32x4.splat(alpha), begin, end);
}
