// Triangular systems by substitution, in blocks of rows (Golub and Van Loan, "Matrix Computations", 3.1).
import { multiplyAdd } from "../linalg/product";
import { addScaled, rowAt } from "../linalg/vectors";
import { cell, loadMatrix, negate, scratchOf, storeMatrix, strideOf } from "./matrix";

const BLOCK: i32 = 32;

/** One row of the solution from those in [from, to). */
function finishRow(
  rows: usize,
  stride: usize,
  x: usize,
  xStride: usize,
  k: i32,
  i: i32,
  from: i32,
  to: i32,
  unit: bool,
): void {
  const row = rowAt(x, xStride, i);
  for (let j = from; j < to; j++) addScaled(row, rowAt(x, xStride, j), k, load<f64>(cell(rows, stride, i, j)));
  if (unit) return;
  const diagonal = load<f64>(cell(rows, stride, i, i));
  for (let j = 0; j < k; j++) {
    const at = row + ((<usize>j) << 3);
    store<f64>(at, load<f64>(at) / diagonal);
  }
}

/** X = L^-1 X for a lower triangle whose elements off the diagonal are stored negated. `unit`: the diagonal is 1. */
export function solveLower(rows: usize, stride: usize, n: i32, x: usize, xStride: usize, k: i32, unit: bool): void {
  for (let from = 0; from < n; from += BLOCK) {
    const to = min(n, from + BLOCK);
    const block = rowAt(x, xStride, from);
    if (from > 0) {
      const left = rowAt(rows, stride, from);
      multiplyAdd(left, stride, false, x, xStride, block, xStride, to - from, k, from, false);
    }
    for (let i = from; i < to; i++) finishRow(rows, stride, x, xStride, k, i, from, i, unit);
  }
}

/** The same for an upper triangle. */
export function solveUpper(rows: usize, stride: usize, n: i32, x: usize, xStride: usize, k: i32, unit: bool): void {
  for (let to = n; to > 0;) {
    const from = ((to - 1) / BLOCK) * BLOCK;
    if (to < n) {
      const right = cell(rows, stride, from, to);
      const block = rowAt(x, xStride, from);
      multiplyAdd(right, stride, false, rowAt(x, xStride, to), xStride, block, xStride, to - from, k, n - to, false);
    }
    for (let i = to - 1; i >= from; i--) finishRow(rows, stride, x, xStride, k, i, i + 1, to, unit);
    to = from;
  }
}

/**
 * y [n, k] = op(T)^-1 b for the lower (`upper` 0) or upper triangle T of t; op is the transpose if `transposed` is 1.
 */
export function solveTriangular(
  t: usize,
  b: usize,
  y: usize,
  scratch: usize,
  upper: i32,
  transposed: i32,
  width: i32,
  features: i32,
  begin: i32,
  end: i32,
): void {
  const n = width;
  const k = features;
  const stride = strideOf(n);
  const xStride = strideOf(k);
  const rows = scratchOf(scratch);
  const x = rowAt(rows, stride, n);
  const each = (<usize>(n * n)) << 2;
  const side = (<usize>(n * k)) << 2;
  const isUpper = upper != transposed;
  for (let unit = begin; unit < end; unit++) {
    loadMatrix(rows, stride, t + <usize>unit * each, n, n, transposed != 0);
    loadMatrix(x, xStride, b + <usize>unit * side, n, k, false);
    for (let i = 0; i < n; i++) {
      if (isUpper) negate(cell(rows, stride, i, i + 1), n - i - 1);
      else negate(rowAt(rows, stride, i), i);
    }
    if (isUpper) solveUpper(rows, stride, n, x, xStride, k, false);
    else solveLower(rows, stride, n, x, xStride, k, false);
    storeMatrix(y + <usize>unit * side, x, xStride, n, k, false);
  }
}
