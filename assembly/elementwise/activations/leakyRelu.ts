import { mapLight } from "../../simd/map";
import { lightGradient } from "../gradient";

@unmanaged
export class LeakyRelu {
  @inline of(x: v128, slope: v128, _q: v128): v128 {
    return v128.bitselect(x, f32x4.mul(x, slope), f32x4.gt(x, i32x4.splat(0)));
  }
}
/** x > 0 ? x : slope x */
export function leakyReluMap(x: usize, y: usize, slope: f32, begin: i32, end: i32): void {
  mapLight<LeakyRelu>(x, y, f32x4.splat(slope), i32x4.splat(0), begin, end);
}

@unmanaged
class LeakyReluGradient {
  @inline of(dy: v128, v: v128, slope: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(dy, slope), f32x4.gt(v, i32x4.splat(0)));
  }
}
/** v > 0 ? dy : slope dy, v the input or (slope > 0) the output */
export function leakyReluGradient(dy: usize, v: usize, dx: usize, slope: f32, begin: i32, end: i32): void {
  lightGradient<LeakyReluGradient>(dy, v, dx, f32x4.splat(slope), begin, end);
}
