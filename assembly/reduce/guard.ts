import { keepLanes } from "../simd/ragged";

/** +0 in the lanes of v that are finite, NaN in the others. */
// @ts-ignore: decorator
@inline
function unlessFinite(v: v128): v128 {
  return f32x4.sub(v, v);
}

/** 0 if all n floats are finite, else `status`, which stops the program. Four vectors an iteration: the loop's own work shows. */
export function guardFinite(x: usize, n: i32, status: i32): i32 {
  let bad = i32x4.splat(0);
  let left = n;
  for (; left >= 16; left -= 16) {
    const first = v128.or(unlessFinite(v128.load(x)), unlessFinite(v128.load(x, 16)));
    const second = v128.or(unlessFinite(v128.load(x, 32)), unlessFinite(v128.load(x, 48)));
    bad = v128.or(bad, v128.or(first, second));
    x += 64;
  }
  for (; left > 0; left -= 4) {
    bad = v128.or(bad, keepLanes(unlessFinite(v128.load(x)), left));
    x += 16;
  }
  return v128.any_true(bad) ? status : 0;
}
