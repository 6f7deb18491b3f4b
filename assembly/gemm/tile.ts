// The register tile: ROWS x 8 of C from a packed panel of A and a row-strided panel of B.
// V8 leaves 15 vector registers. Multiply and add apart need one for the product, so 5 rows
// (10 accumulators + 2 B + A + product = 14); with a fused madd 6 rows (12 + 2 + 1 = 15).
//
// Whether compilers keep all of this in registers depends on the form of the source:
// - no outer loop, and a separate function for the tile;
// - the first row is stored first, and a step takes the rows from the last to the first: V8 orders the arithmetic by the
//   use of its results; in another order it loads all of A before the first multiplication and spills (half the speed);
// - the first step stands before the loop: V8 then keeps the addresses of A's rows out of the loop;
// - the loop of five rows runs two steps, which saves every tenth instruction that is not arithmetic. Between them
//   stands a branch that is never taken, but stores and exchanges all accumulators: without it V8 mixes both steps and
//   spills. (Six rows with a fused madd are limited by the arithmetic alone.)
//
// Every element of C is one sequential sum over p, so its bits do not depend on the tile it falls into.
import { multiplyAdd4 } from "../simd/lanes";

/** Rows of a tile, and floats per step of a packed panel of A. */
export const ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
/** Columns of a tile, and floats per step of a packed panel of B. */
export const COLUMNS: i32 = 8;
/** Bytes of a step of a packed panel of A. */
export const PANEL: usize = ROWS << 2;

// @ts-ignore: decorator
@inline
function put(out: usize, base: usize, sum: v128): void {
  v128.store(out, f32x4.add(v128.load(base), sum));
}

/**
 * out[ROWS,8] = base[ROWS,8] + A[ROWS,k] B[k,8] for k >= 1. The ROWS values of a step of A are side by side, and steps are
 * `aStride` bytes apart, PANEL for a packed A; strides in bytes, a base stride of 0 repeats one row.
 */
export function tile8(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  k: i32,
  base: usize,
  baseStride: usize,
  out: usize,
  outStride: usize,
): void {
  let left = v128.load(b);
  let right = v128.load(b, 16);
  let x = v128.load32_splat(a, (ROWS - 1) << 2);
  let s5 = f32x4.mul(x, left),
    t5 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 16);
  let s4 = f32x4.mul(x, left),
    t4 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 12);
  let s3 = f32x4.mul(x, left),
    t3 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 8);
  let s2 = f32x4.mul(x, left),
    t2 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 4);
  let s1 = f32x4.mul(x, left),
    t1 = f32x4.mul(x, right);
  x = v128.load32_splat(a);
  let s0 = f32x4.mul(x, left),
    t0 = f32x4.mul(x, right);
  const end = a + <usize>k * aStride;
  a += aStride;
  b += bStride;
  if (ROWS == 5 && !(k & 1)) {
    left = v128.load(b);
    right = v128.load(b, 16);
    x = v128.load32_splat(a, 16);
    s4 = multiplyAdd4(x, left, s4);
    t4 = multiplyAdd4(x, right, t4);
    x = v128.load32_splat(a, 12);
    s3 = multiplyAdd4(x, left, s3);
    t3 = multiplyAdd4(x, right, t3);
    x = v128.load32_splat(a, 8);
    s2 = multiplyAdd4(x, left, s2);
    t2 = multiplyAdd4(x, right, t2);
    x = v128.load32_splat(a, 4);
    s1 = multiplyAdd4(x, left, s1);
    t1 = multiplyAdd4(x, right, t1);
    x = v128.load32_splat(a);
    s0 = multiplyAdd4(x, left, s0);
    t0 = multiplyAdd4(x, right, t0);
    a += aStride;
    b += bStride;
  }
  while (a < end) {
    left = v128.load(b);
    right = v128.load(b, 16);
    if (ROWS == 6) {
      x = v128.load32_splat(a, 20);
      s5 = multiplyAdd4(x, left, s5);
      t5 = multiplyAdd4(x, right, t5);
    }
    x = v128.load32_splat(a, 16);
    s4 = multiplyAdd4(x, left, s4);
    t4 = multiplyAdd4(x, right, t4);
    x = v128.load32_splat(a, 12);
    s3 = multiplyAdd4(x, left, s3);
    t3 = multiplyAdd4(x, right, t3);
    x = v128.load32_splat(a, 8);
    s2 = multiplyAdd4(x, left, s2);
    t2 = multiplyAdd4(x, right, t2);
    x = v128.load32_splat(a, 4);
    s1 = multiplyAdd4(x, left, s1);
    t1 = multiplyAdd4(x, right, t1);
    x = v128.load32_splat(a);
    s0 = multiplyAdd4(x, left, s0);
    t0 = multiplyAdd4(x, right, t0);
    a += aStride;
    b += bStride;
    if (ROWS == 5) {
      if (!a) {
        store<i32>(b, 0);
        x = s0;
        s0 = t0;
        t0 = s1;
        s1 = t1;
        t1 = s2;
        s2 = t2;
        t2 = s3;
        s3 = t3;
        t3 = s4;
        s4 = t4;
        t4 = x;
      }
      left = v128.load(b);
      right = v128.load(b, 16);
      x = v128.load32_splat(a, 16);
      s4 = multiplyAdd4(x, left, s4);
      t4 = multiplyAdd4(x, right, t4);
      x = v128.load32_splat(a, 12);
      s3 = multiplyAdd4(x, left, s3);
      t3 = multiplyAdd4(x, right, t3);
      x = v128.load32_splat(a, 8);
      s2 = multiplyAdd4(x, left, s2);
      t2 = multiplyAdd4(x, right, t2);
      x = v128.load32_splat(a, 4);
      s1 = multiplyAdd4(x, left, s1);
      t1 = multiplyAdd4(x, right, t1);
      x = v128.load32_splat(a);
      s0 = multiplyAdd4(x, left, s0);
      t0 = multiplyAdd4(x, right, t0);
      a += aStride;
      b += bStride;
    }
  }
  put(out, base, s0);
  put(out + 16, base + 16, t0);
  put((out += outStride), (base += baseStride), s1);
  put(out + 16, base + 16, t1);
  put((out += outStride), (base += baseStride), s2);
  put(out + 16, base + 16, t2);
  put((out += outStride), (base += baseStride), s3);
  put(out + 16, base + 16, t3);
  put((out += outStride), (base += baseStride), s4);
  put(out + 16, base + 16, t4);
  if (ROWS == 6) {
    put((out += outStride), (base += baseStride), s5);
    put(out + 16, base + 16, t5);
  }
}

/** The same for four columns or fewer: it reads at most 12 bytes past the last one. */
export function tile4(
  a: usize,
  b: usize,
  bStride: usize,
  k: i32,
  base: usize,
  baseStride: usize,
  out: usize,
  outStride: usize,
): void {
  let left = v128.load(b);
  let s0 = f32x4.mul(v128.load32_splat(a), left);
  let s1 = f32x4.mul(v128.load32_splat(a, 4), left);
  let s2 = f32x4.mul(v128.load32_splat(a, 8), left);
  let s3 = f32x4.mul(v128.load32_splat(a, 12), left);
  let s4 = f32x4.mul(v128.load32_splat(a, 16), left);
  let s5 = ROWS == 6 ? f32x4.mul(v128.load32_splat(a, 20), left) : s0;
  const end = a + ((<usize>(k * ROWS)) << 2);
  while ((a += ROWS << 2) < end) {
    b += bStride;
    left = v128.load(b);
    s0 = multiplyAdd4(v128.load32_splat(a), left, s0);
    s1 = multiplyAdd4(v128.load32_splat(a, 4), left, s1);
    s2 = multiplyAdd4(v128.load32_splat(a, 8), left, s2);
    s3 = multiplyAdd4(v128.load32_splat(a, 12), left, s3);
    s4 = multiplyAdd4(v128.load32_splat(a, 16), left, s4);
    if (ROWS == 6) s5 = multiplyAdd4(v128.load32_splat(a, 20), left, s5);
  }
  out += <usize>(ROWS - 1) * outStride;
  base += <usize>(ROWS - 1) * baseStride;
  if (ROWS == 6) {
    put(out, base, s5);
    out -= outStride;
    base -= baseStride;
  }
  put(out, base, s4);
  put((out -= outStride), (base -= baseStride), s3);
  put((out -= outStride), (base -= baseStride), s2);
  put((out -= outStride), (base -= baseStride), s1);
  put((out -= outStride), (base -= baseStride), s0);
}

/** The first two rows of tile8, for the end of A: half the time. */
export function twoRows8(
  a: usize,
  b: usize,
  bStride: usize,
  k: i32,
  base: usize,
  baseStride: usize,
  out: usize,
  outStride: usize,
): void {
  let left = v128.load(b);
  let right = v128.load(b, 16);
  let x = v128.load32_splat(a);
  let s0 = f32x4.mul(x, left),
    t0 = f32x4.mul(x, right);
  x = v128.load32_splat(a, 4);
  let s1 = f32x4.mul(x, left),
    t1 = f32x4.mul(x, right);
  const end = a + ((<usize>(k * ROWS)) << 2);
  while ((a += ROWS << 2) < end) {
    b += bStride;
    left = v128.load(b);
    right = v128.load(b, 16);
    x = v128.load32_splat(a);
    s0 = multiplyAdd4(x, left, s0);
    t0 = multiplyAdd4(x, right, t0);
    x = v128.load32_splat(a, 4);
    s1 = multiplyAdd4(x, left, s1);
    t1 = multiplyAdd4(x, right, t1);
  }
  put(out + outStride + 16, base + baseStride + 16, t1);
  put(out + outStride, base + baseStride, s1);
  put(out + 16, base + 16, t0);
  put(out, base, s0);
}
