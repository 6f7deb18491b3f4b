// sinh and cosh on four floats, from h = exp(|x| / 2): halving is exact, and h (h / 2) overflows no earlier than the result.
import { HALF, ONE, withSign4 } from "./lanes";
import { exp4, expm1_4 } from "./exp";

/** sinh(x): <= 4 ULP. Below 1 from u = expm1(|x|) as (u + u / (u + 1)) / 2, which does not cancel. */
// @ts-ignore: decorator
@inline
export function sinh4(x: v128): v128 {
  const one = v128.load(ONE);
  const half = v128.load(HALF);
  const a = f32x4.abs(x);
  const u = expm1_4(a);
  const small = f32x4.mul(half, f32x4.add(u, f32x4.div(u, f32x4.add(u, one))));
  const h = exp4(f32x4.mul(a, half));
  const large = f32x4.sub(f32x4.mul(h, f32x4.mul(h, half)), f32x4.div(half, f32x4.mul(h, h)));
  return withSign4(f32x4.abs(v128.bitselect(small, large, f32x4.lt(a, one))), x);
}

/** cosh(x): <= 4 ULP. */
// @ts-ignore: decorator
@inline
export function cosh4(x: v128): v128 {
  const half = v128.load(HALF);
  const h = exp4(f32x4.mul(f32x4.abs(x), half));
  return f32x4.add(f32x4.mul(h, f32x4.mul(h, half)), f32x4.div(half, f32x4.mul(h, h)));
}
