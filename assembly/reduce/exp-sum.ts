// The sum of exponentials under every softmax, shifted by the row's maximum so that nothing overflows:
// log sum exp(x) = m + log s, s = sum exp(x - m) >= 1.
import { addPair, keepLanes, promoteHigh, storeLanes } from "../simd/ragged";
import { exp4 } from "../simd/exp";
import { log1p4 } from "../simd/log";

/** Sum of exp(x - shift) over n floats; the exponentials themselves go to y unless it is 0. x and y may coincide. */
export function expSum(x: usize, y: usize, n: i32, shift: f32): f64 {
  const m = f32x4.splat(shift);
  let low = f64x2.splat(0);
  let high = low;
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) << 2;
    const e = exp4(f32x4.sub(v128.load(x + at), m));
    if (y != 0) storeLanes(y + at, e, n - i);
    const kept = keepLanes(e, n - i);
    low = f64x2.add(low, f64x2.promote_low_f32x4(kept));
    high = f64x2.add(high, promoteHigh(kept));
  }
  return addPair(f64x2.add(low, high));
}

/**
 * log s. The exponential of the maximum is exactly 1, so log1p(s - 1) keeps the contribution of the others even when s
 * rounds to 1.
 */
export function logOfExpSum(s: f64): f32 {
  return f32x4.extract_lane(log1p4(f32x4.splat(<f32>(s - 1))), 0);
}
