// Reductions of i32 over the middle axis of [outer, length, inner], into [outer, inner].

@unmanaged
class Sum {
  @inline of(a: i32, b: i32): i32 {
    return a + b;
  }
}
@unmanaged
class Max {
  @inline of(a: i32, b: i32): i32 {
    return max(a, b);
  }
}
@unmanaged
class Min {
  @inline of(a: i32, b: i32): i32 {
    return min(a, b);
  }
}

// @ts-ignore: decorator
@inline
function reduce<F>(x: usize, y: usize, length: i32, inner: i32, start: i32, begin: i32, end: i32): void {
  const step = (<usize>inner) << 2;
  for (let at = begin; at < end; at++) {
    const row = at / inner;
    let p = x + ((<usize>row * <usize>(length - 1) * <usize>inner + <usize>at) << 2);
    let total = start;
    for (let l = 0; l < length; l++, p += step) total = changetype<F>(0).of(total, load<i32>(p));
    store<i32>(y + ((<usize>at) << 2), total);
  }
}

/** Sum modulo 2^32. */
export function sumI32Reduce(x: usize, y: usize, outer: i32, length: i32, inner: i32, begin: i32, end: i32): void {
  reduce<Sum>(x, y, length, inner, 0, begin, end);
}

/** Largest; the smallest integer for an empty axis. */
export function maxI32Reduce(x: usize, y: usize, outer: i32, length: i32, inner: i32, begin: i32, end: i32): void {
  reduce<Max>(x, y, length, inner, i32.MIN_VALUE, begin, end);
}

/** Smallest; the largest integer for an empty axis. */
export function minI32Reduce(x: usize, y: usize, outer: i32, length: i32, inner: i32, begin: i32, end: i32): void {
  reduce<Min>(x, y, length, inner, i32.MAX_VALUE, begin, end);
}
