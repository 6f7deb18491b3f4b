// The loop of the gradient maps, dx[i] = dy[i] f'(v[i]) in one pass, and shared terms. v is the saved input
// x or output y of f. In place allowed.
import { ONE } from "../simd/lanes";
import { map2Light } from "../simd/map";

/** exp of this is 0. */
export const EXP_LOWEST: usize = memory.data<f32>([-104, -104, -104, -104], 16);

// @ts-ignore: decorator
@inline
export function lightGradient<F>(dy: usize, v: usize, dx: usize, p: v128, begin: i32, end: i32): void {
  const start = (<usize>begin) << 2;
  map2Light<F>(dy + start, v + start, dx + start, p, 16, 16, end - begin);
}

/** s + x z' s (1 - s) for s = sigmoid(z), given e = exp(-|z|): s (1 - s) = e / (1 + e)^2 without cancellation. */
// @ts-ignore: decorator
@inline
export function gatedSlope(e: v128, negative: v128, xSlope: v128): v128 {
  const one = v128.load(ONE);
  const d = f32x4.div(one, f32x4.add(one, e));
  const ed = f32x4.mul(e, d);
  return f32x4.add(v128.bitselect(ed, d, negative), f32x4.mul(xSlope, f32x4.mul(ed, d)));
}
