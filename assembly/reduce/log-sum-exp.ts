import { demote, promoteHigh, storeLanes } from "../simd/ragged";
import { exp4 } from "../simd/exp";
import { log1p4 } from "../simd/log";
import { expSum, logOfExpSum } from "./exp-sum";
import { columnsMax } from "./extrema";
import { rowMax } from "./rows";

/**
 * y = log sum exp over the middle axis of [outer, length, inner]; -Infinity if all elements are -Infinity or there are
 * none.
 */
export function logSumExpReduce(x: usize, y: usize, outer: i32, length: i32, inner: i32, begin: i32, end: i32): void {
  if (inner == 1) {
    const stride = (<usize>length) << 2;
    for (let o = begin; o < end; o++) {
      const row = x + <usize>o * stride;
      const m = rowMax(row, length);
      // An infinite or NaN maximum is the result; its difference from itself would be NaN.
      store<f32>(y + ((<usize>o) << 2), m - m == 0 ? m + logOfExpSum(expSum(row, 0, length, m)) : m);
    }
    return;
  }
  let at = begin;
  while (at < end) {
    const row = at / inner;
    const stop = min(end, (row + 1) * inner);
    const first = x + ((<usize>row * <usize>(length - 1) * <usize>inner) << 2);
    for (; at < stop; at += 4) {
      storeLanes(
        y + ((<usize>at) << 2),
        columnsLogSumExp(first + ((<usize>at) << 2), length, (<usize>inner) << 2),
        stop - at,
      );
    }
    at = stop;
  }
}

function columnsLogSumExp(x: usize, length: i32, stride: usize): v128 {
  const m = columnsMax(x, length, stride);
  let low = f64x2.splat(-1); // log1p needs the sum without the 1 of the maximum
  let high = low;
  for (let l = 0; l < length; l++) {
    const e = exp4(f32x4.sub(v128.load(x), m));
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, promoteHigh(e));
    x += stride;
  }
  const sum = f32x4.add(m, log1p4(demote(low, high)));
  return v128.bitselect(sum, m, f32x4.eq(f32x4.sub(m, m), f32x4.splat(0)));
}
