// Sums over the middle axis of [outer, length, inner], into [outer, inner].
import { demote, promoteHigh, storeLanes } from "../simd/ragged";
import { rowDot, rowSum } from "./rows";

/** y = scale * sum over the middle axis. */
export function sumReduce(
  x: usize,
  y: usize,
  outer: i32,
  length: i32,
  inner: i32,
  scale: f32,
  begin: i32,
  end: i32,
): void {
  if (inner == 1) {
    const stride = (<usize>length) << 2;
    for (let o = begin; o < end; o++)
      store<f32>(y + ((<usize>o) << 2), <f32>rowSum(x + <usize>o * stride, length) * scale);
    return;
  }
  const factor = f32x4.splat(scale);
  let at = begin;
  while (at < end) {
    const row = at / inner;
    const stop = min(end, (row + 1) * inner);
    const first = x + ((<usize>row * <usize>(length - 1) * <usize>inner) << 2); // + 4 * at: element (row, 0, at % inner)
    for (; at < stop - 7; at += 8) {
      sumColumns8(first + ((<usize>at) << 2), y + ((<usize>at) << 2), length, (<usize>inner) << 2, factor);
    }
    for (; at < stop; at += 4) {
      const sum = sumColumns4(first + ((<usize>at) << 2), length, (<usize>inner) << 2);
      storeLanes(y + ((<usize>at) << 2), f32x4.mul(sum, factor), stop - at);
    }
    at = stop;
  }
}

function sumColumns4(x: usize, length: i32, stride: usize): v128 {
  let low = f64x2.splat(0);
  let high = low;
  for (let l = 0; l < length; l++) {
    const v = v128.load(x);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, promoteHigh(v));
    x += stride;
  }
  return demote(low, high);
}

/** Each lane adds in the order of sumColumns4. Eight columns at a time hide the latency of the additions. */
function sumColumns8(x: usize, y: usize, length: i32, stride: usize, factor: v128): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let l = 0; l < length; l++) {
    a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    c = f64x2.add(c, f64x2.promote_low_f32x4(v128.load64_zero(x, 16)));
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.load64_zero(x, 24)));
    x += stride;
  }
  v128.store(y, f32x4.mul(demote(a, b), factor));
  v128.store(y, f32x4.mul(demote(c, d), factor), 16);
}

/** The f64 cell y = sum of squares of n floats, or y + that sum when `accumulate` is not 0. */
export function sumSquares(x: usize, y: usize, n: i32, accumulate: i32): void {
  const sum = rowDot(x, x, n);
  store<f64>(y, accumulate != 0 ? load<f64>(y) + sum : sum);
}
