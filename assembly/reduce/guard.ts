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

/** Bits of infinity; those of NaN are larger. */
const INFINITE: i32 = 0x7f800000;

/**
 * `guardFinite`, which also sets a flag where the bits of a float without its sign reach `limit`. Larger floats have larger
 * bits.
 */
export function guardBelow(x: usize, n: i32, limit: i32, status: i32, flag: usize): i32 {
  const positive = i32x4.splat(i32.MAX_VALUE);
  let largest = i32x4.splat(0);
  let left = n;
  for (; left >= 16; left -= 16) {
    const first = i32x4.max_s(v128.and(v128.load(x), positive), v128.and(v128.load(x, 16), positive));
    const second = i32x4.max_s(v128.and(v128.load(x, 32), positive), v128.and(v128.load(x, 48), positive));
    largest = i32x4.max_s(largest, i32x4.max_s(first, second));
    x += 64;
  }
  for (; left > 0; left -= 4) {
    largest = i32x4.max_s(largest, v128.and(keepLanes(v128.load(x), left), positive));
    x += 16;
  }
  if (!v128.any_true(i32x4.ge_s(largest, i32x4.splat(limit)))) return 0;
  store<f64>(flag, 1);
  return v128.any_true(i32x4.ge_s(largest, i32x4.splat(INFINITE))) ? status : 0;
}
