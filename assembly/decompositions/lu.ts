// P A = L U with partial pivoting, in blocks of columns (Golub and Van Loan, "Matrix Computations", 3.4). The multipliers,
// L without its unit diagonal, are stored negated.
import { multiplyAdd } from "../linalg/product";
import { addScaled, rowAt } from "../linalg/vectors";
import { cell, fillNaN, loadMatrix, negate, scratchOf, storeMatrix, strideOf, swapRows, widen } from "./matrix";
import { solveLower, solveUpper } from "./substitute";

const BLOCK: i32 = 32;
const EPSILON: f64 = 2.220446049250313e-16;

/** 1 or -1: the sign of the permutation of the last factorisation of this thread. */
export let sign: f64 = 1;

/** Moves the row with the largest element of column j, at or below row j, to row j. `order`: f64 numbers of rows. */
function pivot(rows: usize, stride: usize, n: i32, j: i32, order: usize): void {
  let best = j;
  let most: f64 = -1;
  for (let i = j; i < n; i++) {
    const size = abs(load<f64>(cell(rows, stride, i, j)));
    if (size > most) {
      most = size;
      best = i;
    }
  }
  if (best == j) return;
  sign = -sign;
  swapRows(rowAt(rows, stride, j), rowAt(rows, stride, best), stride);
  const first = order + ((<usize>j) << 3);
  const second = order + ((<usize>best) << 3);
  const kept = load<f64>(first);
  store<f64>(first, load<f64>(second));
  store<f64>(second, kept);
}

/** Clears the columns [from, to) below the diagonal, changing these columns only. */
function factorColumns(rows: usize, stride: usize, n: i32, from: i32, to: i32, order: usize): void {
  for (let j = from; j < to; j++) {
    pivot(rows, stride, n, j, order);
    const top = cell(rows, stride, j, j);
    const divisor = load<f64>(top);
    if (divisor == 0) continue;
    for (let i = j + 1; i < n; i++) {
      const at = cell(rows, stride, i, j);
      const factor = -load<f64>(at) / divisor;
      store<f64>(at, factor);
      addScaled(at + 8, top + 8, to - j - 1, factor);
    }
  }
}

export function factorise(rows: usize, stride: usize, n: i32, order: usize): void {
  sign = 1;
  for (let i = 0; i < n; i++) store<f64>(order + ((<usize>i) << 3), <f64>i);
  for (let from = 0; from < n; from += BLOCK) {
    const to = min(n, from + BLOCK);
    factorColumns(rows, stride, n, from, to, order);
    if (to == n) break;
    for (let i = from + 1; i < to; i++) {
      for (let j = from; j < i; j++)
        addScaled(cell(rows, stride, i, to), cell(rows, stride, j, to), n - to, load<f64>(cell(rows, stride, i, j)));
    }
    const left = cell(rows, stride, to, from);
    const top = cell(rows, stride, from, to);
    const rest = cell(rows, stride, to, to);
    multiplyAdd(left, stride, false, top, stride, rest, stride, n - to, n - to, to - from, false);
  }
}

/** The largest magnitudes of rows and of columns. */
function measure(rows: usize, stride: usize, n: i32, byRow: usize, byColumn: usize): void {
  memory.fill(byColumn, 0, (<usize>n) << 3);
  for (let i = 0; i < n; i++) {
    let most: f64 = 0;
    for (let j = 0; j < n; j++) {
      const size = abs(load<f64>(cell(rows, stride, i, j)));
      const column = byColumn + ((<usize>j) << 3);
      most = max(most, size);
      if (size > load<f64>(column)) store<f64>(column, size);
    }
    store<f64>(byRow + ((<usize>i) << 3), most);
  }
}

/** Whether a pivot is no larger than the rounding errors of its row and column. */
function isSingular(rows: usize, stride: usize, n: i32, order: usize, byRow: usize, byColumn: usize): bool {
  const share = <f64>n * EPSILON;
  for (let i = 0; i < n; i++) {
    const row = <usize>load<f64>(order + ((<usize>i) << 3));
    const scale = min(load<f64>(byRow + (row << 3)), load<f64>(byColumn + ((<usize>i) << 3)));
    if (abs(load<f64>(cell(rows, stride, i, i))) <= share * scale) return true;
  }
  return false;
}

/** X = (L U)^-1 X, for rows of X that stand in the order of the pivots. Negates U off its diagonal. */
export function solveFactored(rows: usize, stride: usize, n: i32, x: usize, xStride: usize, k: i32): void {
  for (let i = 0; i < n; i++) negate(cell(rows, stride, i, i + 1), n - i - 1);
  solveLower(rows, stride, n, x, xStride, k, true);
  solveUpper(rows, stride, n, x, xStride, k, false);
}

/** The rows of the identity in the order of the pivots. */
export function permuted(x: usize, xStride: usize, n: i32, order: usize): void {
  memory.fill(x, 0, <usize>n * xStride);
  for (let i = 0; i < n; i++) store<f64>(cell(x, xStride, i, <i32>load<f64>(order + ((<usize>i) << 3))), 1);
}

/**
 * y [n, k] = op(A)^-1 b, for b = 0 the inverse (k = n); op is the transpose if `transposed` is 1. NaN for matrices that
 * are singular or not finite.
 */
export function solveSquare(
  a: usize,
  b: usize,
  y: usize,
  scratch: usize,
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
  const order = rowAt(x, xStride, n);
  const byRow = order + stride;
  const byColumn = byRow + stride;
  const each = (<usize>(n * n)) << 2;
  const side = (<usize>(n * k)) << 2;
  for (let unit = begin; unit < end; unit++) {
    const out = y + <usize>unit * side;
    const isFinite = loadMatrix(rows, stride, a + <usize>unit * each, n, n, transposed != 0);
    measure(rows, stride, n, byRow, byColumn);
    factorise(rows, stride, n, order);
    if (!isFinite || isSingular(rows, stride, n, order, byRow, byColumn)) {
      fillNaN(out, n * k);
      continue;
    }
    if (b == 0) permuted(x, xStride, n, order);
    else {
      for (let i = 0; i < n; i++) {
        const row = <usize>load<f64>(order + ((<usize>i) << 3));
        widen(rowAt(x, xStride, i), b + <usize>unit * side + row * ((<usize>k) << 2), 4, k);
      }
    }
    solveFactored(rows, stride, n, x, xStride, k);
    storeMatrix(out, x, xStride, n, k, false);
  }
}
