// The sum of exponentials under every softmax, shifted by the row's maximum so that nothing overflows:
// log sum exp(x) = m + log s, s = sum exp(x - m) >= 1.
import { addPair, keepLanes, promoteHigh } from "../simd/ragged";
import { EXPONENTIALS, PIECE, expRow } from "../simd/exp-row";
import { log1p4 } from "../simd/log";
import { workspace } from "../workspace";

/** Sum of exp(x - shift) over n floats; the exponentials themselves go to y unless it is 0. x and y may coincide. */
export function expSum(x: usize, y: usize, n: i32, shift: f32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (; n > 0; n -= PIECE) {
    const count = min(n, PIECE);
    let e = y == 0 ? workspace + EXPONENTIALS : y;
    expRow(x, e, count, shift);
    for (let left = count; left > 0; left -= 4) {
      const kept = keepLanes(v128.load(e), left);
      low = f64x2.add(low, f64x2.promote_low_f32x4(kept));
      high = f64x2.add(high, promoteHigh(kept));
      e += 16;
    }
    x += PIECE << 2;
    if (y != 0) y += PIECE << 2;
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
