import { ONE } from "../../simd/lanes";
import { mapExp } from "../../simd/map-exp";
import { EXP_LOWEST } from "../gradient";

// For larger x, mish(x) is x in f32, so e^x need not become larger.
const HIGHEST: f32 = 20;

// tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2), e = exp(x). The limit at -Infinity is 0.
@unmanaged
class Mish {
  @inline exponent(x: v128): v128 {
    return f32x4.pmin(x, f32x4.splat(HIGHEST));
  }
  @inline of(x: v128, e: v128, _p: v128): v128 {
    const one = v128.load(ONE);
    const two = f32x4.add(one, one);
    const n = f32x4.mul(e, f32x4.add(e, two));
    return f32x4.mul(f32x4.pmax(x, v128.load(EXP_LOWEST)), f32x4.div(n, f32x4.add(n, two)));
  }
}
/** x tanh(log(1 + exp(x))) */
export function mishMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapExp<Mish>(x, y, begin, end);
}
