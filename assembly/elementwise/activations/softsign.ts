import { ONE, withSign4 } from "../../simd/lanes";
import { map } from "../../simd/map";

// x / (1 + |x|) is 1 in f32 from here on, and not the NaN of Infinity / Infinity.
const HIGHEST: f32 = 1e9;

@unmanaged
class Softsign {
  @inline of(x: v128, highest: v128, _q: v128): v128 {
    const a = f32x4.pmin(f32x4.abs(x), highest);
    return withSign4(f32x4.div(a, f32x4.add(v128.load(ONE), a)), x);
  }
}
/** x / (1 + |x|) */
export function softsignMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Softsign>(x, y, f32x4.splat(HIGHEST), i32x4.splat(0), begin, end);
}
