// Reductions over one contiguous row, shared by reduce, softmax, losses and optimisers.
// Sums run in f64: two lanes are exact enough for any length, and the order depends on the length alone.
import { addPair, promoteHigh } from "../simd/ragged";

/** Sum of n floats. */
export function rowSum(x: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  const end = x + (<usize>n << 2);
  for (; x + 16 <= end; x += 16) {
    const v = v128.load(x);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, promoteHigh(v));
  }
  let sum = addPair(f64x2.add(low, high));
  for (; x < end; x += 4) sum += <f64>load<f32>(x);
  return sum;
}

/** Sum of a_i b_i; the products of floats are exact in f64. */
export function rowDot(a: usize, b: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  let i = 0;
  for (; i < n - 3; i += 4) {
    const u = v128.load(a);
    const v = v128.load(b);
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(u), f64x2.promote_low_f32x4(v)));
    high = f64x2.add(high, f64x2.mul(promoteHigh(u), promoteHigh(v)));
    a += 16;
    b += 16;
  }
  let sum = addPair(f64x2.add(low, high));
  for (; i < n; i++) {
    sum += <f64>load<f32>(a) * <f64>load<f32>(b);
    a += 4;
    b += 4;
  }
  return sum;
}

/** Larger (or smaller) of each lane, NaN if either is: the order of such a reduction never matters. */
// @ts-ignore: decorator
@inline
function pick(a: v128, b: v128, largest: bool): v128 {
  return largest ? f32x4.max(a, b) : f32x4.min(a, b);
}

// @ts-ignore: decorator
@inline
function rowExtremum(x: usize, n: i32, largest: bool): f32 {
  let a = f32x4.splat(largest ? -Infinity : Infinity);
  if (n >= 4) {
    let b = a;
    // The last vector may overlap the one before: looking at an element twice changes nothing.
    const last = x + (<usize>(n - 4) << 2);
    for (; x + 16 <= last; x += 32) {
      a = pick(a, v128.load(x), largest);
      b = pick(b, v128.load(x, 16), largest);
    }
    a = pick(pick(a, b, largest), v128.load(x < last ? x : last), largest);
    a = pick(a, v128.load(last), largest);
  } else {
    for (let i = 0; i < n; i++) a = pick(a, v128.load32_splat(x + (<usize>i << 2)), largest);
  }
  a = pick(a, v128.shuffle<i32>(a, a, 2, 3, 2, 3), largest);
  a = pick(a, v128.shuffle<i32>(a, a, 1, 1, 1, 1), largest);
  return f32x4.extract_lane(a, 0);
}

/** Largest of n floats; NaN if any is, -Infinity for none. */
export function rowMax(x: usize, n: i32): f32 {
  return rowExtremum(x, n, true);
}

/** Smallest of n floats; NaN if any is, Infinity for none. */
export function rowMin(x: usize, n: i32): f32 {
  return rowExtremum(x, n, false);
}
