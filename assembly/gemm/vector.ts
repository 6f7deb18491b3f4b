// One to four rows times a matrix (single-sample inference, and by transposition a single column):
// bound by memory, so the matrix is read once, in order, and never packed.
import { multiplyAdd4 } from "../simd/lanes";
import { keepLanes, storeLanes } from "../simd/ragged";

const ZEROS: usize = memory.data<f32>([0, 0, 0, 0], 16);

/** y[n] += x0 b[0,:] + x1 b[1,:] + x2 b[2,:] + x3 b[3,:], the scalars `step` bytes apart. */
// @ts-ignore: decorator
@inline
function addRows4(y: usize, n: i32, x: usize, step: usize, b: usize, stride: usize): void {
  const x0 = v128.load32_splat(x);
  const x1 = v128.load32_splat(x + step);
  const x2 = v128.load32_splat(x + 2 * step);
  const x3 = v128.load32_splat(x + 3 * step);
  let b1 = b + stride,
    b2 = b1 + stride,
    b3 = b2 + stride;
  let j = n;
  for (; j >= 8; j -= 8) {
    let sum = multiplyAdd4(x0, v128.load(b), v128.load(y));
    let next = multiplyAdd4(x0, v128.load(b, 16), v128.load(y, 16));
    sum = multiplyAdd4(x1, v128.load(b1), sum);
    next = multiplyAdd4(x1, v128.load(b1, 16), next);
    sum = multiplyAdd4(x2, v128.load(b2), sum);
    next = multiplyAdd4(x2, v128.load(b2, 16), next);
    sum = multiplyAdd4(x3, v128.load(b3), sum);
    next = multiplyAdd4(x3, v128.load(b3, 16), next);
    v128.store(y, sum);
    v128.store(y, next, 16);
    y += 32;
    b += 32;
    b1 += 32;
    b2 += 32;
    b3 += 32;
  }
  for (; j > 0; j -= 4) {
    let sum = multiplyAdd4(x0, v128.load(b), v128.load(y));
    sum = multiplyAdd4(x1, v128.load(b1), sum);
    sum = multiplyAdd4(x2, v128.load(b2), sum);
    sum = multiplyAdd4(x3, v128.load(b3), sum);
    storeLanes(y, sum, j);
    y += 16;
    b += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
  }
}

/** y[n] += x b[n]. */
// @ts-ignore: decorator
@inline
function addRow(y: usize, n: i32, x: usize, b: usize): void {
  const x0 = v128.load32_splat(x);
  for (let j = n; j > 0; j -= 4) {
    storeLanes(y, multiplyAdd4(x0, v128.load(b), v128.load(y)), j);
    y += 16;
    b += 16;
  }
}

/** y[rows,n] (+)= x[rows,k] b[k,n], b's rows contiguous. Strides in bytes, xStep from one p to the next. */
export function timesRows(
  x: usize,
  xRow: usize,
  xStep: usize,
  b: usize,
  stride: usize,
  y: usize,
  yRow: usize,
  rows: i32,
  n: i32,
  k: i32,
  accumulate: i32,
): void {
  if (!accumulate) {
    for (let i = 0; i < rows; i++) memory.fill(y + <usize>i * yRow, 0, (<usize>n) << 2);
  }
  let p = 0;
  for (; p + 4 <= k; p += 4) {
    for (let i = 0; i < rows; i++) addRows4(y + <usize>i * yRow, n, x + <usize>i * xRow, xStep, b, stride);
    x += 4 * xStep;
    b += 4 * stride;
  }
  for (; p < k; p++) {
    for (let i = 0; i < rows; i++) addRow(y + <usize>i * yRow, n, x + <usize>i * xRow, b);
    x += xStep;
    b += stride;
  }
}

/** x[k] times four columns of b. Four partial sums (p mod 4) hide the latency of the additions. */
// @ts-ignore: decorator
@inline
function columns4(x: usize, xStep: usize, b: usize, stride: usize, k: i32): v128 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let p = k;
  for (; p >= 4; p -= 4) {
    s0 = multiplyAdd4(v128.load32_splat(x), v128.load(b), s0);
    s1 = multiplyAdd4(v128.load32_splat(x + xStep), v128.load(b + stride), s1);
    s2 = multiplyAdd4(v128.load32_splat(x + 2 * xStep), v128.load(b + 2 * stride), s2);
    s3 = multiplyAdd4(v128.load32_splat(x + 3 * xStep), v128.load(b + 3 * stride), s3);
    x += 4 * xStep;
    b += 4 * stride;
  }
  for (; p > 0; p--) {
    s0 = multiplyAdd4(v128.load32_splat(x), v128.load(b), s0);
    x += xStep;
    b += stride;
  }
  return f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
}

/** Like timesRows, for so few columns that the sums stay in registers and a row of b fits into a cache line. */
export function timesNarrowRows(
  x: usize,
  xRow: usize,
  xStep: usize,
  b: usize,
  stride: usize,
  y: usize,
  yRow: usize,
  rows: i32,
  n: i32,
  k: i32,
  accumulate: i32,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < n; j += 4) {
      const offset = (<usize>j) << 2;
      let sum = columns4(x, xStep, b + offset, stride, k);
      if (accumulate) sum = f32x4.add(v128.load(y + offset), sum);
      storeLanes(y + offset, sum, n - j);
    }
    x += xRow;
    y += yRow;
  }
}

/** The dot products of x[k] with four rows of b. The last k % 4 steps run with the surplus lanes cleared. */
// @ts-ignore: decorator
@inline
function dot4(x: usize, k: i32, b0: usize, b1: usize, b2: usize, b3: usize): v128 {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0;
  let p = k;
  for (; p >= 4; p -= 4) {
    const left = v128.load(x);
    s0 = multiplyAdd4(left, v128.load(b0), s0);
    s1 = multiplyAdd4(left, v128.load(b1), s1);
    s2 = multiplyAdd4(left, v128.load(b2), s2);
    s3 = multiplyAdd4(left, v128.load(b3), s3);
    x += 16;
    b0 += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
  }
  if (p > 0) {
    const left = keepLanes(v128.load(x), p);
    s0 = multiplyAdd4(left, keepLanes(v128.load(b0), p), s0);
    s1 = multiplyAdd4(left, keepLanes(v128.load(b1), p), s1);
    s2 = multiplyAdd4(left, keepLanes(v128.load(b2), p), s2);
    s3 = multiplyAdd4(left, keepLanes(v128.load(b3), p), s3);
  }
  // Lane sums of four vectors at once: two rounds of pairwise interleave and add.
  const a = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
  const c = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f64>(a, c, 0, 2), v128.shuffle<f64>(a, c, 1, 3));
}

/** y[rows,n] (+)= x[rows,k] b[n,k]^T, the rows of both contiguous. Strides in bytes. */
export function timesColumns(
  x: usize,
  xRow: usize,
  b: usize,
  stride: usize,
  y: usize,
  yRow: usize,
  rows: i32,
  n: i32,
  k: i32,
  accumulate: i32,
): void {
  for (let j = n; j > 0; j -= 4) {
    // Rows past the last row of b are replaced by the first of the four; their products are not stored.
    const b1 = j > 1 ? b + stride : b;
    const b2 = j > 2 ? b1 + stride : b;
    const b3 = j > 3 ? b2 + stride : b;
    for (let i = 0; i < rows; i++) {
      const at = y + <usize>i * yRow;
      const base = v128.load(accumulate ? at : ZEROS);
      storeLanes(at, f32x4.add(base, dot4(x + <usize>i * xRow, k, b, b1, b2, b3)), j);
    }
    y += 16;
    b += 4 * stride;
  }
}
