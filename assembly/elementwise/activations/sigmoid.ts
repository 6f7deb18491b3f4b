import { sigmoid4 } from "../../simd/exp";
import { ONE } from "../../simd/lanes";
import { map } from "../../simd/map";
import { lightGradient } from "../gradient";

@unmanaged
class Sigmoid {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return sigmoid4(x);
  }
}
/** 1 / (1 + exp(-x)) */
export function sigmoidMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Sigmoid>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
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
