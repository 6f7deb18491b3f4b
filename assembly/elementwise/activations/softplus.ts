import { sigmoid4 } from "../../simd/exp";
import { softplus4 } from "../../simd/log";
import { map } from "../../simd/map";
import { gradient } from "../gradient";

@unmanaged
class Softplus {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return softplus4(x);
  }
}
/** log(1 + exp(x)) */
export function softplusMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Softplus>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class SoftplusGradient {
  @inline of(dy: v128, x: v128, _p: v128): v128 {
    return f32x4.mul(dy, sigmoid4(x));
  }
}
/** dy sigmoid(x) */
export function softplusGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<SoftplusGradient>(dy, x, dx, i32x4.splat(0), begin, end);
}
