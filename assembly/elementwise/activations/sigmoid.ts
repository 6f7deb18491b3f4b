import { gate4 } from "../../simd/exp";
import { ONE, SIGN_BIT } from "../../simd/lanes";
import { mapExp } from "../../simd/map-exp";
import { lightGradient } from "../gradient";

@unmanaged
class Sigmoid {
  @inline exponent(x: v128): v128 {
    return v128.or(x, v128.load(SIGN_BIT));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    return gate4(x, e);
  }
}
/** 1 / (1 + exp(-x)) */
export function sigmoidMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapExp<Sigmoid>(x, y, begin, end);
}

@unmanaged
class SigmoidGradient {
  @inline of(dy: v128, y: v128, _p: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(v128.load(ONE), y)));
  }
}
/** dy y (1 - y) */
export function sigmoidGradient(dy: usize, y: usize, dx: usize, begin: i32, end: i32): void {
  lightGradient<SigmoidGradient>(dy, y, dx, i32x4.splat(0), begin, end);
}
