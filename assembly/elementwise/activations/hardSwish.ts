import { map } from "../../simd/map";
import { gradient } from "../gradient";

// The limit at -Infinity is 0, not the NaN of 0 * Infinity.
@unmanaged
class HardSwish {
  @inline of(x: v128, three: v128, six: v128): v128 {
    const gate = f32x4.pmin(f32x4.pmax(f32x4.add(x, three), i32x4.splat(0)), six);
    return f32x4.mul(f32x4.pmax(x, f32x4.neg(three)), f32x4.div(gate, six));
  }
}
/** x min(max(x + 3, 0), 6) / 6 */
export function hardSwishMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<HardSwish>(x, y, f32x4.splat(3), f32x4.splat(6), begin, end);
}

// At the kinks the derivative of the gate counts as 0: 0 at -3, 1 at 3.
@unmanaged
class HardSwishGradient {
  @inline of(dy: v128, x: v128, three: v128): v128 {
    const inside = f32x4.mul(dy, f32x4.div(f32x4.add(x, f32x4.add(x, three)), f32x4.add(three, three)));
    const above = v128.and(dy, f32x4.gt(x, i32x4.splat(0)));
    return v128.bitselect(inside, above, f32x4.lt(f32x4.abs(x), three));
  }
}
/** |x| < 3 ? dy (2 x + 3) / 6 : x > 0 ? dy : 0 */
export function hardSwishGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<HardSwishGradient>(dy, x, dx, f32x4.splat(3), begin, end);
}
