// Orthogonal triangularisation by reflections H = I - tau v v^T (Golub and Van Loan, "Matrix Computations", 5.1 and 5.2).
// A reflection that clears a column is stored in it: v is below the diagonal, without its first entry, which is 1.
import { REFLECTION_PANEL } from "../layout";
import { multiplyAdd } from "./product";
import { addScaled, addScaledSquares, dot, rowAt, scaleBy } from "./vectors";

const PANEL_BYTES: usize = REFLECTION_PANEL * 8;
const SQUARE_BYTES: usize = REFLECTION_PANEL * REFLECTION_PANEL * 8;

/** Makes the reflection that clears column `at` below row `at`, and returns its tau. */
export function reflection(rows: usize, stride: usize, m: i32, at: i32): f64 {
  const first = rowAt(rows, stride, at) + ((<usize>at) << 3);
  const last = rowAt(rows, stride, m) + ((<usize>at) << 3);
  let square: f64 = 0;
  for (let cell = first + stride; cell < last; cell += stride) square += load<f64>(cell) * load<f64>(cell);
  if (square == 0) return 0; // already zero
  const head = load<f64>(first);
  const length = sqrt(head * head + square);
  const diagonal = head >= 0 ? -length : length; // the sign of LAPACK
  const divisor = head - diagonal;
  for (let cell = first + stride; cell < last; cell += stride) store<f64>(cell, load<f64>(cell) / divisor);
  store<f64>(first, diagonal);
  return -divisor / diagonal;
}

/**
 * Applies the reflection kept in column `at` to the columns from `at + 1` to `end`. `squares` (or 0) receives the sums
 * of squares of their remaining parts, below row `at`.
 */
export function reflect(
  rows: usize,
  stride: usize,
  m: i32,
  at: i32,
  end: i32,
  tau: f64,
  sums: usize,
  squares: usize,
): void {
  const column = (<usize>at) << 3;
  const count = end - at - 1;
  if (count <= 0) return;
  const top = rowAt(rows, stride, at) + column;
  memory.copy(sums, top + 8, (<usize>count) << 3);
  for (let i = at + 1; i < m; i++) {
    const row = rowAt(rows, stride, i) + column;
    addScaled(sums, row + 8, count, load<f64>(row));
  }
  scaleBy(sums, count, tau);
  addScaled(top + 8, sums, count, -1);
  if (squares) memory.fill(squares, 0, (<usize>count) << 3);
  for (let i = at + 1; i < m; i++) {
    const row = rowAt(rows, stride, i) + column;
    if (squares) addScaledSquares(row + 8, sums, squares, count, -load<f64>(row));
    else addScaled(row + 8, sums, count, -load<f64>(row));
  }
}

/** T of H_1 ... H_count = I - V T V^T (Schreiber and Van Loan 1989), upper triangular, from V^T V. */
export function blockReflector(triangle: usize, products: usize, taus: usize, count: i32): void {
  for (let c = 0; c < count; c++) {
    const tau = load<f64>(taus + ((<usize>c) << 3));
    const column = (<usize>c) << 3;
    for (let i = 0; i < c; i++) {
      let sum: f64 = 0;
      for (let q = i; q < c; q++) {
        const t = load<f64>(rowAt(triangle, PANEL_BYTES, i) + ((<usize>q) << 3));
        sum += t * load<f64>(rowAt(products, PANEL_BYTES, q) + column);
      }
      store<f64>(rowAt(triangle, PANEL_BYTES, i) + column, -tau * sum);
    }
    store<f64>(rowAt(triangle, PANEL_BYTES, c) + column, tau);
  }
}

/**
 * Reduces the panel by reflections. V replaces the panel; the triangle is written to the columns it was copied from.
 */
export function factorPanel(
  panel: usize,
  corner: usize,
  stride: usize,
  m: i32,
  count: i32,
  taus: usize,
  sums: usize,
): void {
  for (let i = 0; i < m; i++) memory.copy(rowAt(panel, PANEL_BYTES, i), rowAt(corner, stride, i), (<usize>count) << 3);
  for (let c = 0; c < count; c++) {
    const tau = reflection(panel, PANEL_BYTES, m, c);
    store<f64>(taus + ((<usize>c) << 3), tau);
    reflect(panel, PANEL_BYTES, m, c, count, tau, sums, 0);
  }
  for (let i = 0; i < count; i++) {
    const row = rowAt(panel, PANEL_BYTES, i);
    const from = (<usize>i) << 3;
    memory.copy(rowAt(corner, stride, i) + from, row + from, (<usize>(count - i)) << 3);
    memory.fill(row + from, 0, (<usize>(count - i)) << 3);
    store<f64>(row + from, 1);
  }
}

/** W = -T^T W, computed from the last row to the first, since each needs the old values of the rows above it. */
export function timesTriangle(w: usize, stride: usize, triangle: usize, count: i32, width: i32): void {
  for (let c = count - 1; c >= 0; c--) {
    const row = rowAt(w, stride, c);
    scaleBy(row, width, -load<f64>(rowAt(triangle, PANEL_BYTES, c) + ((<usize>c) << 3)));
    for (let i = 0; i < c; i++)
      addScaled(row, rowAt(w, stride, i), width, -load<f64>(rowAt(triangle, PANEL_BYTES, i) + ((<usize>c) << 3)));
  }
}

/**
 * [A | B], m >= n rows of `width` values, becomes [R | Q^T B] in its first n rows, R with zeros below its diagonal.
 * `spare`: REFLECTION_PANEL rows of the stride, then 2 REFLECTION_PANEL^2 + 2 REFLECTION_PANEL values, and for n > REFLECTION_PANEL, m rows of REFLECTION_PANEL values.
 */
export function triangularise(rows: usize, stride: usize, m: i32, n: i32, width: i32, spare: usize): void {
  const triangle = rowAt(spare, stride, REFLECTION_PANEL);
  const products = triangle + SQUARE_BYTES;
  const taus = products + SQUARE_BYTES;
  const panel = taus + 2 * PANEL_BYTES;
  if (n <= REFLECTION_PANEL) {
    for (let j = 0; j < n; j++) reflect(rows, stride, m, j, width, reflection(rows, stride, m, j), spare, 0);
  } else {
    for (let j = 0; j < n; j += REFLECTION_PANEL) {
      const count = min(REFLECTION_PANEL, n - j);
      const corner = rowAt(rows, stride, j) + ((<usize>j) << 3);
      const right = corner + ((<usize>count) << 3);
      const others = width - j - count;
      factorPanel(panel, corner, stride, m - j, count, taus, taus + PANEL_BYTES);
      if (others <= 0) break;
      memory.fill(products, 0, SQUARE_BYTES);
      multiplyAdd(panel, PANEL_BYTES, true, panel, PANEL_BYTES, products, PANEL_BYTES, count, count, m - j, true);
      blockReflector(triangle, products, taus, count);
      memory.fill(spare, 0, <usize>REFLECTION_PANEL * stride);
      multiplyAdd(panel, PANEL_BYTES, true, right, stride, spare, stride, count, others, m - j, false);
      timesTriangle(spare, stride, triangle, count, others);
      multiplyAdd(panel, PANEL_BYTES, false, spare, stride, right, stride, m - j, others, count, false);
    }
  }
  for (let i = 1; i < n; i++) memory.fill(rowAt(rows, stride, i), 0, (<usize>i) << 3);
}

/** z = R^-1 z for the leading `size` rows and columns of a triangle. */
export function solveUpper(rows: usize, stride: usize, size: i32, z: usize): void {
  for (let i = size - 1; i >= 0; i--) {
    const row = rowAt(rows, stride, i) + ((<usize>i) << 3);
    const at = z + ((<usize>i) << 3);
    store<f64>(at, (load<f64>(at) - dot(row + 8, at + 8, size - 1 - i)) / load<f64>(row));
  }
}

/** z = R^-T z. */
export function solveLower(rows: usize, stride: usize, size: i32, z: usize): void {
  for (let i = 0; i < size; i++) {
    const row = rowAt(rows, stride, i) + ((<usize>i) << 3);
    const at = z + ((<usize>i) << 3);
    const value = load<f64>(at) / load<f64>(row);
    store<f64>(at, value);
    addScaled(at + 8, row + 8, size - 1 - i, -value);
  }
}
