// Loops over functors. A functor is an unmanaged class with inlined methods, so `changetype<F>(0).of(...)` is a
// static call: every kernel gets its own loop from one source.
//
// Buffers are padded, so the last vector may be read whole, and only its lanes inside the range are stored. map and
// map2 have one loop for body and tail. The light ones repeat the functor in a body of two vectors without the branch.
// That is 2.5 times as fast for functors of one instruction; for longer ones it would only add code.
import { storeLast } from "./ragged";

/** y[i] = F(x[i], p, q) for i in [begin, end); p and q are splat scalars. */
// @ts-ignore: decorator
@inline
export function map<F>(x: usize, y: usize, p: v128, q: v128, begin: i32, end: i32): void {
  x += (<usize>begin) << 2;
  y += (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const v = changetype<F>(0).of(v128.load(x), p, q);
    if (left < 4) {
      storeLast(y, v, left);
      break;
    }
    v128.store(y, v);
    x += 16;
    y += 16;
  }
}

// @ts-ignore: decorator
@inline
export function mapLight<F>(x: usize, y: usize, p: v128, q: v128, begin: i32, end: i32): void {
  x += (<usize>begin) << 2;
  y += (<usize>begin) << 2;
  for (; begin < end - 7; begin += 8) {
    v128.store(y, changetype<F>(0).of(v128.load(x), p, q));
    v128.store(y, changetype<F>(0).of(v128.load(x, 16), p, q), 16);
    x += 32;
    y += 32;
  }
  map<F>(x, y, p, q, 0, end - begin);
}

/** y[i] = F(a[i], b[i], p) for `count` elements; a and b advance by aStep and bStep bytes (16, or 0 for a splat). */
// @ts-ignore: decorator
@inline
export function map2<F>(a: usize, b: usize, y: usize, p: v128, aStep: i32, bStep: i32, count: i32): void {
  for (; count > 0; count -= 4) {
    const v = changetype<F>(0).of(v128.load(a), v128.load(b), p);
    if (count < 4) {
      storeLast(y, v, count);
      break;
    }
    v128.store(y, v);
    a += aStep;
    b += bStep;
    y += 16;
  }
}

// @ts-ignore: decorator
@inline
export function map2Light<F>(a: usize, b: usize, y: usize, p: v128, aStep: i32, bStep: i32, count: i32): void {
  for (; count >= 8; count -= 8) {
    v128.store(y, changetype<F>(0).of(v128.load(a), v128.load(b), p));
    a += aStep;
    b += bStep;
    v128.store(y, changetype<F>(0).of(v128.load(a), v128.load(b), p), 16);
    a += aStep;
    b += bStep;
    y += 32;
  }
  map2<F>(a, b, y, p, aStep, bStep, count);
}
