// Determinants from the pivots, with an exponent of their own, since a product of many may leave the range of f64.
import { rowAt } from "../linalg/vectors";
import { cell, loadMatrix, scratchOf, strideOf } from "./matrix";
import { factorise, sign } from "./lu";

const EXPONENT: u64 = 0x7ff0000000000000;
/** Beyond it every f32 is infinite or 0. */
const MOST: i32 = 400;

/** 2^exponent for |exponent| <= 1022. */
// @ts-ignore: decorator
@inline
function power(exponent: i32): f64 {
  return reinterpret<f64>((<u64>(1023 + exponent)) << 52);
}

/** The product of the diagonal, times `factor`. */
export function productOf(rows: usize, stride: usize, n: i32, factor: f64): f64 {
  let product = factor;
  let exponent = 0;
  for (let i = 0; i < n; i++) {
    product *= load<f64>(cell(rows, stride, i, i));
    if (product == 0 || product != product) return product;
    const found = <i32>((reinterpret<u64>(product) & EXPONENT) >> 52) - 1023;
    product *= power(-found);
    exponent += found;
  }
  return product * power(max(-MOST, min(MOST, exponent)));
}

/** y[unit] = det A. NaN for matrices that are not finite. */
export function determinant(a: usize, y: usize, scratch: usize, width: i32, begin: i32, end: i32): void {
  const n = width;
  const stride = strideOf(n);
  const rows = scratchOf(scratch);
  const each = (<usize>(n * n)) << 2;
  for (let unit = begin; unit < end; unit++) {
    const isFinite = loadMatrix(rows, stride, a + <usize>unit * each, n, n, false);
    factorise(rows, stride, n, rowAt(rows, stride, n));
    store<f32>(y + ((<usize>unit) << 2), isFinite ? <f32>productOf(rows, stride, n, sign) : f32.NaN);
  }
}
