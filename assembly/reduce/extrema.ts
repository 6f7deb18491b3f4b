// Largest and smallest over the middle axis of [outer, length, inner], into [outer, inner].
import { storeLanes } from "../simd/ragged";
import { pick, rowMax, rowMin } from "./rows";

/** Largest along the middle axis; NaN if there is one, -Infinity for an empty axis. */
export function maxReduce(x: usize, y: usize, outer: i32, length: i32, inner: i32, begin: i32, end: i32): void {
  extremumReduce(x, y, length, inner, true, begin, end);
}

/** Smallest along the middle axis; NaN if there is one, Infinity for an empty axis. */
export function minReduce(x: usize, y: usize, outer: i32, length: i32, inner: i32, begin: i32, end: i32): void {
  extremumReduce(x, y, length, inner, false, begin, end);
}

function extremumReduce(x: usize, y: usize, length: i32, inner: i32, largest: bool, begin: i32, end: i32): void {
  if (inner == 1) {
    const stride = (<usize>length) << 2;
    for (let o = begin; o < end; o++) {
      const row = x + <usize>o * stride;
      store<f32>(y + ((<usize>o) << 2), largest ? rowMax(row, length) : rowMin(row, length));
    }
    return;
  }
  let at = begin;
  while (at < end) {
    const row = at / inner;
    const stop = min(end, (row + 1) * inner);
    const first = x + ((<usize>row * <usize>(length - 1) * <usize>inner) << 2);
    for (; at < stop; at += 4) {
      const column = first + ((<usize>at) << 2);
      const best = largest
        ? columnsMax(column, length, (<usize>inner) << 2)
        : columnsMin(column, length, (<usize>inner) << 2);
      storeLanes(y + ((<usize>at) << 2), best, stop - at);
    }
    at = stop;
  }
}

// @ts-ignore: decorator
@inline
function columnsExtremum(x: usize, length: i32, stride: usize, largest: bool): v128 {
  let best = f32x4.splat(largest ? -Infinity : Infinity);
  let nan = i32x4.splat(0);
  for (let l = 0; l < length; l++) {
    const v = v128.load(x);
    best = pick(best, v, largest);
    nan = v128.or(nan, f32x4.ne(v, v));
    x += stride;
  }
  return v128.or(best, nan); // all bits set is a NaN
}

/** The largest of each of four adjacent columns. */
export function columnsMax(x: usize, length: i32, stride: usize): v128 {
  return columnsExtremum(x, length, stride, true);
}

function columnsMin(x: usize, length: i32, stride: usize): v128 {
  return columnsExtremum(x, length, stride, false);
}
