// y[i] = exp(x[i]), apart from the other maps, whose constants every module would have that has this one.
import { map } from "../simd/map";
import { exp4 } from "../simd/exp";

@unmanaged
class Exp {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return exp4(x);
  }
}
export function expMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Exp>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}
