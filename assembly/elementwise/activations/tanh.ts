import { tanh4 } from "../../simd/exp";
import { ONE } from "../../simd/lanes";
import { map } from "../../simd/map";
import { lightGradient } from "../gradient";

@unmanaged
class Tanh {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return tanh4(x);
  }
}
/** tanh(x) */
export function tanhMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Tanh>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class TanhGradient {
  @inline of(dy: v128, y: v128, _p: v128): v128 {
    const one = v128.load(ONE);
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y)));
  }
}
/** dy (1 - y) (1 + y) */
export function tanhGradient(dy: usize, y: usize, dx: usize, begin: i32, end: i32): void {
  lightGradient<TanhGradient>(dy, y, dx, i32x4.splat(0), begin, end);
}
