// A = L L^T by rows of U = L^T: a block of rows is finished, then taken from the rows below by a matrix product (Golub and
// Van Loan, "Matrix Computations", 4.2).
import { addScaled, rowAt } from "../linalg/vectors";
import { multiplyAdd } from "../linalg/product";
import { cell, fillNaN, loadMatrix, scratchOf, strideOf } from "./matrix";

const BLOCK: i32 = 32;

/** Finishes rows [from, to) from their diagonal on. False if A is not positive definite. */
function factorRows(rows: usize, stride: usize, from: i32, to: i32, n: i32): bool {
  for (let i = from; i < to; i++) {
    const first = cell(rows, stride, i, i);
    const pivot = load<f64>(first);
    if (!(pivot > 0) || pivot == Infinity) return false;
    const root = sqrt(pivot);
    for (let j = 0; j < n - i; j++) store<f64>(first + ((<usize>j) << 3), load<f64>(first + ((<usize>j) << 3)) / root);
    for (let k = i + 1; k < to; k++) {
      const other = cell(rows, stride, i, k);
      addScaled(cell(rows, stride, k, k), other, n - k, -load<f64>(other));
    }
  }
  return true;
}

/** U in place of the upper triangle of `rows`. `spare`: BLOCK rows. */
function factor(rows: usize, stride: usize, n: i32, spare: usize): bool {
  for (let from = 0; from < n; from += BLOCK) {
    const to = min(n, from + BLOCK);
    if (!factorRows(rows, stride, from, to, n)) return false;
    if (to == n) break;
    const count = to - from;
    for (let i = 0; i < count; i++) {
      for (let j = to; j < n; j++)
        store<f64>(cell(spare, stride, i, j - to), -load<f64>(cell(rows, stride, from + i, j)));
    }
    const panel = cell(rows, stride, from, to);
    const rest = cell(rows, stride, to, to);
    multiplyAdd(spare, stride, true, panel, stride, rest, stride, n - to, n - to, count, true);
  }
  return true;
}

/** y [n, n]: the lower triangle L. Only the lower triangle of x is read. */
export function cholesky(x: usize, y: usize, scratch: usize, width: i32, begin: i32, end: i32): void {
  const n = width;
  const stride = strideOf(n);
  const rows = scratchOf(scratch);
  const bytes = (<usize>(n * n)) << 2;
  for (let unit = begin; unit < end; unit++) {
    const out = y + <usize>unit * bytes;
    loadMatrix(rows, stride, x + <usize>unit * bytes, n, n, true);
    if (!factor(rows, stride, n, rowAt(rows, stride, n))) {
      fillNaN(out, n * n);
      continue;
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const value = j <= i ? <f32>load<f64>(cell(rows, stride, j, i)) : 0;
        store<f32>(out + ((<usize>(i * n + j)) << 2), value);
      }
    }
  }
}
