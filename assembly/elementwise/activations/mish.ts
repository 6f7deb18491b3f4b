import { exp4 } from "../../simd/exp";
import { ONE } from "../../simd/lanes";
import { map } from "../../simd/map";
import { EXP_LOWEST, gradient } from "../gradient";

// mish(x) is x above, in f32: e^x need not become larger.
const HIGHEST: f32 = 20;

// tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2), e = exp(x). The limit at -Infinity is 0.
@unmanaged
class Mish {
  @inline of(x: v128, highest: v128, _q: v128): v128 {
    const one = v128.load(ONE);
    const two = f32x4.add(one, one);
    const e = exp4(f32x4.pmin(x, highest));
    const n = f32x4.mul(e, f32x4.add(e, two));
    return f32x4.mul(f32x4.pmax(x, v128.load(EXP_LOWEST)), f32x4.div(n, f32x4.add(n, two)));
  }
}
/** x tanh(log(1 + exp(x))) */
export function mishMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Mish>(x, y, f32x4.splat(HIGHEST), i32x4.splat(0), begin, end);
}

@unmanaged
class MishGradient {
  @inline of(dy: v128, x: v128, highest: v128): v128 {
    const one = v128.load(ONE);
    const two = f32x4.add(one, one);
    const bounded = f32x4.pmax(f32x4.pmin(x, highest), v128.load(EXP_LOWEST));
    const e = exp4(bounded);
    const n = f32x4.mul(e, f32x4.add(e, two));
    const d = f32x4.div(one, f32x4.add(n, two));
    const steep = f32x4.mul(f32x4.mul(f32x4.mul(e, f32x4.add(one, e)), d), f32x4.mul(d, f32x4.add(two, two)));
    return f32x4.mul(dy, f32x4.add(f32x4.mul(n, d), f32x4.mul(bounded, steep)));
  }
}
/** dy (t + x t'), t = n / (n + 2), t' = 4 e (e + 1) / (n + 2)^2 */
export function mishGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<MishGradient>(dy, x, dx, f32x4.splat(HIGHEST), begin, end);
}
