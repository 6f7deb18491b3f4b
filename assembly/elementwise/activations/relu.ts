import { mapLight } from "../../simd/map";
import { lightGradient } from "../gradient";

// pmax keeps a NaN in its first operand.
@unmanaged
export class Relu {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.pmax(x, i32x4.splat(0));
  }
}
/** max(x, 0) */
export function reluMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Relu>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class ReluGradient {
  @inline of(dy: v128, v: v128, _p: v128): v128 {
    return v128.and(dy, f32x4.gt(v, i32x4.splat(0)));
  }
}
/** v > 0 ? dy : 0, v the input or the output */
export function reluGradient(dy: usize, v: usize, dx: usize, begin: i32, end: i32): void {
  lightGradient<ReluGradient>(dy, v, dx, i32x4.splat(0), begin, end);
}
