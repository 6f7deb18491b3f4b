// The outer product of a column and a row (k = 1: the weight gradient of a single sample), bound by the stores of C.
import { multiplyAdd4 } from "../simd/lanes";
import { storeLanes } from "../simd/ragged";

/**
 * y[n] = x b[n], or += . Four vectors per iteration keep the store port busy. Inlined because calling it for each row
 * costs a fifth of the time.
 */
// @ts-ignore: decorator
@inline
function scaleRow(x: v128, b: usize, y: usize, n: i32, accumulate: i32): void {
  let j = n;
  if (!accumulate) {
    for (; j >= 16; j -= 16) {
      v128.store(y, f32x4.mul(x, v128.load(b)));
      v128.store(y, f32x4.mul(x, v128.load(b, 16)), 16);
      v128.store(y, f32x4.mul(x, v128.load(b, 32)), 32);
      v128.store(y, f32x4.mul(x, v128.load(b, 48)), 48);
      y += 64;
      b += 64;
    }
  }
  for (; j > 0; j -= 4) {
    const product = accumulate ? multiplyAdd4(x, v128.load(b), v128.load(y)) : f32x4.mul(x, v128.load(b));
    storeLanes(y, product, j);
    y += 16;
    b += 16;
  }
}

/** y[rows,n] (+)= x[rows] b[n], b contiguous. Strides in bytes. */
export function outerProduct(
  x: usize,
  xRow: usize,
  b: usize,
  y: usize,
  yRow: usize,
  rows: i32,
  n: i32,
  accumulate: i32,
): void {
  for (let i = 0; i < rows; i++) {
    scaleRow(v128.load32_splat(x), b, y, n, accumulate);
    x += xRow;
    y += yRow;
  }
}
