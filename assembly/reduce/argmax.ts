// Index of the first largest element, NaN counting as largest (NumPy).
import { storeLanes } from "../simd/ragged";
import { rowMax } from "./rows";

/** y (i32) = argmax over the middle axis of [outer, length, inner]; length >= 1. */
export function argmaxReduce(x: usize, y: usize, outer: i32, length: i32, inner: i32, begin: i32, end: i32): void {
  if (inner == 1) {
    const stride = (<usize>length) << 2;
    for (let o = begin; o < end; o++) store<i32>(y + ((<usize>o) << 2), rowArgmax(x + <usize>o * stride, length));
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
        columnsArgmax(first + ((<usize>at) << 2), length, (<usize>inner) << 2),
        stop - at,
      );
    }
    at = stop;
  }
}

/** Two vectorised passes: the maximum, then its first position. */
function rowArgmax(x: usize, n: i32): i32 {
  const largest = rowMax(x, n);
  const wanted = f32x4.splat(largest);
  const isNaN = largest != largest;
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(x + ((<usize>i) << 2));
    const hits = i32x4.bitmask(isNaN ? f32x4.ne(v, v) : f32x4.eq(v, wanted));
    if (hits != 0) return i + ctz(hits);
  }
  return 0;
}

function columnsArgmax(x: usize, length: i32, stride: usize): v128 {
  let best = v128.load(x);
  let index = i32x4.splat(0);
  for (let l = 1; l < length; l++) {
    x += stride;
    const v = v128.load(x);
    const firstNaN = v128.and(f32x4.ne(v, v), f32x4.eq(best, best));
    const take = v128.or(f32x4.gt(v, best), firstNaN);
    best = v128.bitselect(v, best, take);
    index = v128.bitselect(i32x4.splat(l), index, take);
  }
  return index;
}
