// Reductions over one contiguous row, shared by reduce, softmax, losses and optimisers.
// Sums are in f64, which is precise enough for any length, and their order depends only on the length.
import { addPair, promoteHigh } from "../simd/ragged";

/** Sum of n floats. Four chains of additions hide their latency. */
export function rowSum(x: usize, n: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; n >= 8; n -= 8) {
    a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    c = f64x2.add(c, f64x2.promote_low_f32x4(v128.load64_zero(x, 16)));
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.load64_zero(x, 24)));
    x += 32;
  }
  if (n >= 4) {
    a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    x += 16;
    n -= 4;
  }
  let sum = addPair(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
  for (; n > 0; n--) {
    sum += <f64>load<f32>(x);
    x += 4;
  }
  return sum;
}

/** Sum of a_i b_i; the products of floats are exact in f64. */
export function rowDot(a: usize, b: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (; n >= 4; n -= 4) {
    const u = v128.load(a);
    const v = v128.load(b);
    low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(u), f64x2.promote_low_f32x4(v)));
    high = f64x2.add(high, f64x2.mul(promoteHigh(u), promoteHigh(v)));
    a += 16;
    b += 16;
  }
  let sum = addPair(f64x2.add(low, high));
  for (; n > 0; n--) {
    sum += <f64>load<f32>(a) * <f64>load<f32>(b);
    a += 4;
    b += 4;
  }
  return sum;
}

/**
 * Larger (or smaller) of each lane; a NaN in b is ignored. It is one instruction, whereas f32x4.max takes seven on x86;
 * so the reductions collect NaN in a separate mask.
 */
// @ts-ignore: decorator
@inline
export function pick(a: v128, b: v128, largest: bool): v128 {
  return largest ? f32x4.pmax(a, b) : f32x4.pmin(a, b);
}

// @ts-ignore: decorator
@inline
function rowExtremum(x: usize, n: i32, largest: bool): f32 {
  let a = f32x4.splat(largest ? -Infinity : Infinity);
  let nan = i32x4.splat(0);
  if (n >= 4) {
    let b = a;
    // The last vector may overlap the one before, since comparing an element twice changes nothing.
    const last = x + ((<usize>(n - 4)) << 2);
    for (; x + 16 <= last; x += 32) {
      const u = v128.load(x);
      const v = v128.load(x, 16);
      a = pick(a, u, largest);
      b = pick(b, v, largest);
      nan = v128.or(nan, v128.or(f32x4.ne(u, u), f32x4.ne(v, v)));
    }
    const u = v128.load(x < last ? x : last);
    const v = v128.load(last);
    a = pick(pick(a, b, largest), pick(u, v, largest), largest);
    nan = v128.or(nan, v128.or(f32x4.ne(u, u), f32x4.ne(v, v)));
  } else {
    for (let i = 0; i < n; i++) {
      const u = v128.load32_splat(x + ((<usize>i) << 2));
      a = pick(a, u, largest);
      nan = v128.or(nan, f32x4.ne(u, u));
    }
  }
  if (v128.any_true(nan)) return NaN;
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
