import { gate4 } from "../../simd/exp";
import { SIGN_BIT } from "../../simd/lanes";
import { softplusOf4 } from "../../simd/log";
import { gradientExp, mapExp } from "../../simd/map-exp";

@unmanaged
class Softplus {
  @inline exponent(x: v128): v128 {
    return v128.or(x, v128.load(SIGN_BIT));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    return softplusOf4(x, e);
  }
}
/** log(1 + exp(x)) */
export function softplusMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapExp<Softplus>(x, y, begin, end);
}

@unmanaged
class SoftplusGradient {
  @inline exponent(x: v128): v128 {
    return v128.or(x, v128.load(SIGN_BIT));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    return gate4(x, e);
  }
}
/** dy sigmoid(x) */
export function softplusGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradientExp<SoftplusGradient>(dy, x, dx, i32x4.splat(0), begin, end);
}
