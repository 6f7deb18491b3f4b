import { ONE, withSign4 } from "../../simd/lanes";
import { map } from "../../simd/map";
import { TAIL_HIGHEST, gaussian4, scaledTail4 } from "../../simd/normal";
import { gradient } from "../gradient";

const INVERSE_SQRT_TWO_PI: usize = memory.data<f32>([0.3989422804, 0.3989422804, 0.3989422804, 0.3989422804], 16);

// x Phi(x) with Phi(x) = Q(|x|) for x < 0 and 1 - Q(|x|) else: no cancellation in either tail. The limit at -Infinity is
// 0, not the NaN of 0 * Infinity.
@unmanaged
class Gelu {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    const highest = v128.load(TAIL_HIGHEST);
    const a = f32x4.pmin(f32x4.abs(x), highest);
    const tail = f32x4.mul(gaussian4(a), scaledTail4(a));
    const upper = f32x4.sub(v128.load(ONE), tail);
    const phi = v128.bitselect(tail, upper, f32x4.lt(x, i32x4.splat(0)));
    return f32x4.mul(f32x4.pmax(x, f32x4.neg(highest)), phi);
  }
}
/** x (1 + erf(x / sqrt(2))) / 2 */
export function geluMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Gelu>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class GeluGradient {
  @inline of(dy: v128, x: v128, _p: v128): v128 {
    const a = f32x4.pmin(f32x4.abs(x), v128.load(TAIL_HIGHEST));
    const gaussian = gaussian4(a);
    const tail = f32x4.mul(gaussian, scaledTail4(a));
    const upper = f32x4.sub(v128.load(ONE), tail);
    const phi = v128.bitselect(tail, upper, f32x4.lt(x, i32x4.splat(0)));
    const density = f32x4.mul(gaussian, v128.load(INVERSE_SQRT_TWO_PI));
    return f32x4.mul(dy, f32x4.add(phi, f32x4.mul(withSign4(a, x), density)));
  }
}
/** dy (Phi(x) + x phi(x)) */
export function geluGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<GeluGradient>(dy, x, dx, i32x4.splat(0), begin, end);
}
