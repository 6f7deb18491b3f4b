// Loops over functors. A functor is an unmanaged class with inlined methods, so `changetype<F>(0).of(...)` is a
// static call: every kernel gets a loop of its own from one source.
//
// One loop serves body and tail: buffers are padded, so the last vector may be read whole, and only its lanes
// inside the range are stored.

import { storeLanes } from "./ragged";

/** y[i] = F(x[i], p, q) for i in [begin, end); p and q are splat scalars. */
// @ts-ignore: decorator
@inline
export function map<F>(x: usize, y: usize, p: v128, q: v128, begin: i32, end: i32): void {
  x += (<usize>begin) << 2;
  y += (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const v = changetype<F>(0).of(v128.load(x), p, q);
    storeLanes(y, v, left);
    x += 16;
    y += 16;
  }
}

/** y[i] = F(a[i], b[i], p) for `count` elements; a and b advance by aStep and bStep bytes (16, or 0 for a splat). */
// @ts-ignore: decorator
@inline
export function map2<F>(a: usize, b: usize, y: usize, p: v128, aStep: i32, bStep: i32, count: i32): void {
  for (; count > 0; count -= 4) {
    const v = changetype<F>(0).of(v128.load(a), v128.load(b), p);
    storeLanes(y, v, count);
    a += aStep;
    b += bStep;
    y += 16;
  }
}
