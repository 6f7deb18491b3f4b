import { map } from "../../simd/map";

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
