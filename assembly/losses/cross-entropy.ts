import { addPair, keepLanes, promoteHigh } from "../simd/ragged";
import { log4 } from "../simd/log";

/** Smallest normal float: log(0) becomes -87.3 instead of -Infinity. */
const TINY: f32 = 1.17549435e-38;

/**
 * Cross-entropy of given probabilities p [rows, cols]: rowLoss[r] = -scale sum_k t_k log max(p_k, tiny).
 * byIndex = 0: target holds probabilities [rows, cols]; 1: an i32 class per row, NaN where it is out of range.
 */
export function crossEntropyRows(
  p: usize,
  target: usize,
  byIndex: i32,
  rowLoss: usize,
  rows: i32,
  cols: i32,
  scale: f32,
  begin: i32,
  end: i32,
): void {
  const stride = (<usize>cols) << 2;
  for (let r = begin; r < end; r++) {
    const row = p + <usize>r * stride;
    const to = rowLoss + ((<usize>r) << 2);
    if (byIndex != 0) {
      const k = load<i32>(target + ((<usize>r) << 2));
      const at = <u32>k < <u32>cols ? load<f32>(row + ((<usize>k) << 2)) : NaN;
      store<f32>(to, -scale * f32x4.extract_lane(clampedLog(f32x4.splat(at)), 0));
    } else {
      store<f32>(to, <f32>(-(<f64>scale) * weightedLog(row, target + <usize>r * stride, cols)));
    }
  }
}

/** Sum of t log max(p, tiny). */
function weightedLog(p: usize, t: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  for (let c = 0; c < n; c += 4) {
    const at = (<usize>c) << 2;
    const term = keepLanes(f32x4.mul(v128.load(t + at), clampedLog(v128.load(p + at))), n - c);
    sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(term), promoteHigh(term)));
  }
  return addPair(sum);
}

function clampedLog(p: v128): v128 {
  return log4(f32x4.pmax(p, f32x4.splat(TINY)));
}
