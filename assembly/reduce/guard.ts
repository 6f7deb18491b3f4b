import { keepLanes } from "../simd/ragged";

/** 0 if all n floats are finite, else `status`, which stops the program. x - x is +0 for finite x and NaN otherwise. */
export function guardFinite(x: usize, n: i32, status: i32): i32 {
  let bad = i32x4.splat(0);
  let i = 0;
  for (; i < n - 3; i += 4) {
    const v = v128.load(x);
    bad = v128.or(bad, f32x4.sub(v, v));
    x += 16;
  }
  if (i < n) {
    const v = v128.load(x);
    bad = v128.or(bad, keepLanes(f32x4.sub(v, v), n - i));
  }
  return v128.any_true(bad) ? status : 0;
}
