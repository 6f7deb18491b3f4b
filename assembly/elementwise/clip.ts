// Limits and straight lines: y[i] = f(x[i]) with two parameters, in place allowed.
import { multiplyThenAdd4 } from "../simd/lanes";
import { mapLight } from "../simd/map";

// pmax and pmin keep a NaN in their first operand.
@unmanaged
class Clip {
  @inline of(x: v128, lower: v128, upper: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, lower), upper);
  }
}
export function clipMap(x: usize, y: usize, lower: f32, upper: f32, begin: i32, end: i32): void {
  mapLight<Clip>(x, y, f32x4.splat(lower), f32x4.splat(upper), begin, end);
}

@unmanaged
class Scale {
  @inline of(x: v128, factor: v128, offset: v128): v128 {
    return multiplyThenAdd4(x, factor, offset);
  }
}
/** y = x * factor + offset */
export function scaleMap(x: usize, y: usize, factor: f32, offset: f32, begin: i32, end: i32): void {
  mapLight<Scale>(x, y, f32x4.splat(factor), f32x4.splat(offset), begin, end);
}
