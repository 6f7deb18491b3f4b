// Sums over the middle axis of [outer, length, inner], into [outer, inner].
import { demote, storeLanes } from "../simd/ragged";
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
    const row = (<usize>length) << 2;
    for (let o = begin; o < end; o++)
      store<f32>(y + ((<usize>o) << 2), <f32>rowSum(x + <usize>o * row, length) * scale);
    return;
  }
  const factor = f32x4.splat(scale);
  const stride = (<usize>inner) << 2;
  while (begin < end) {
    const row = begin / inner;
    let left = min(end, (row + 1) * inner) - begin;
    let from = x + <usize>row * <usize>(length - 1) * stride + ((<usize>begin) << 2); // element (row, 0, begin % inner)
    let to = y + ((<usize>begin) << 2);
    begin += left;
    for (; left >= 16; left -= 16) {
      sumColumns16(from, to, length, stride, factor);
      from += 64;
      to += 64;
    }
    for (; left > 0; left -= 4) {
      storeLanes(to, sumColumns4(from, length, stride, factor), left);
      from += 16;
      to += 16;
    }
  }
}

function sumColumns4(x: usize, length: i32, stride: usize, factor: v128): v128 {
  let low = f64x2.splat(0);
  let high = low;
  for (let l = 0; l < length; l++) {
    low = add2(low, x);
    high = add2(high, x + 8);
    x += stride;
  }
  return scaled(low, high, factor);
}

/**
 * Each lane adds in the order of sumColumns4. Sixteen columns at a time hide the latency of the additions, and are the whole of a
 * cache line: where rows are as far apart as the lines of one set of the cache, a part of it would be fetched anew for each.
 */
function sumColumns16(x: usize, y: usize, length: i32, stride: usize, factor: v128): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (let l = 0; l < length; l++) {
    a = add2(a, x);
    b = add2(b, x + 8);
    c = add2(c, x + 16);
    d = add2(d, x + 24);
    e = add2(e, x + 32);
    f = add2(f, x + 40);
    g = add2(g, x + 48);
    h = add2(h, x + 56);
    x += stride;
  }
  v128.store(y, scaled(a, b, factor));
  v128.store(y, scaled(c, d, factor), 16);
  v128.store(y, scaled(e, f, factor), 32);
  v128.store(y, scaled(g, h, factor), 48);
}

function scaled(low: v128, high: v128, factor: v128): v128 {
  return f32x4.mul(demote(low, high), factor);
}

// @ts-ignore: decorator
@inline
function add2(sum: v128, x: usize): v128 {
  return f64x2.add(sum, f64x2.promote_low_f32x4(v128.load64_zero(x)));
}

/** The f64 cell y = sum of squares of n floats, or y + that sum when `accumulate` is not 0. */
export function sumSquares(x: usize, y: usize, n: i32, accumulate: i32): void {
  const sum = rowDot(x, x, n);
  store<f64>(y, accumulate != 0 ? load<f64>(y) + sum : sum);
}
