// Least squares of minimum norm in f64, for matrices of any shape and rank.
//   1. Columns far from dependent: the normal equations with refinement (normal.ts), half the work of reflections.
//   2. Otherwise more equations than unknowns are brought to a triangle by blocked reflections (householder.ts), and
//   3. pivoting decides the rank: a column counts as dependent when no more is left of it, once its parts along others are
//      taken out, than the rounding of its numbers. So the scale of a column does not matter.
//   4. Of the solutions that dependent columns leave the shortest is taken (minimum-norm.ts).
// With `rcond` the rank is decided by the singular values of A as it stands (singular.ts).
import { triangularise } from "./householder";
import {
  ADJOINT,
  FORWARD,
  k,
  m,
  n,
  NULL,
  padded,
  place,
  rows,
  shifts,
  solution,
  spare,
  squares,
  stride,
  tolerances,
  width,
} from "./layout";
import { solveComplete } from "./minimum-norm";
import { solveNormal } from "./normal";
import { squareColumns } from "./pivoted";
import { solveSingular } from "./singular";
import { addScaled, rowAt } from "./vectors";

/** Rounding to f32 moves a number by at most 2^-24 of itself. */
const F32_TOLERANCE: f64 = 1.0 / 4194304;

/** `count` f32 numbers as f64. */
function widen(to: usize, from: usize, count: i32): void {
  for (; count >= 2; count -= 2) {
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
    to += 16;
    from += 8;
  }
  if (count > 0) store<f64>(to, <f64>load<f32>(from));
}

/** Writes the first `count` numbers of the solution as f32. */
function narrow(to: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(to + ((<usize>i) << 2), <f32>load<f64>(solution + ((<usize>i) << 3)));
}

/** Rows [A | B]; b 0: none. */
function widenRows(a: usize, b: usize): void {
  for (let i = 0; i < m; i++) {
    const row = rowAt(rows, stride, i);
    widen(row, a + ((<usize>(i * n)) << 2), n);
    if (b) widen(row + ((<usize>n) << 3), b + ((<usize>(i * k)) << 2), k);
  }
}

/** Whether all numbers of the n columns are finite, judged by the sums of their squares. */
function areFinite(): bool {
  let total: f64 = 0;
  for (let j = 0; j < n; j++) total += load<f64>(squares + ((<usize>j) << 3));
  return total - total == 0;
}

/** rcond < 0: the rank is decided by the tolerances. */
function solve(rcond: f64, wanted: i32): void {
  const count = min(m, n);
  if (m >= n) {
    if (rcond < 0 && solveNormal(wanted)) return;
    triangularise(rows, stride, m, n, width, spare);
  }
  squareColumns(rows, stride, count, n, squares);
  if (!areFinite()) for (let i = 0; i < n * k; i++) store<f64>(solution + ((<usize>i) << 3), NaN);
  else if (rcond < 0) solveComplete(count, wanted);
  else solveSingular(count, rcond, wanted);
}

function f32Tolerances(): void {
  for (let j = 0; j < n; j++) {
    store<f64>(tolerances + ((<usize>j) << 3), F32_TOLERANCE);
    store<f64>(shifts + ((<usize>j) << 3), 0);
  }
}

/**
 * x [n, k] = A^+ b: the shortest of all x that minimise |a x - b|, a [m, n], b [m, k]. `scratch`: memory as in
 * src/linalg/leastSquaresScratch.ts.
 */
export function leastSquares(a: usize, b: usize, x: usize, scratch: usize, m: i32, n: i32, k: i32, rcond: f64): void {
  place(scratch, scratch + <usize>m * <usize>padded(n, k) * 8, m, n, k, k);
  widenRows(a, b);
  f32Tolerances();
  solve(rcond, FORWARD);
  narrow(x, n * k);
}

/** h [m, k] = (A^+)^T g for a [m, n] and g [n, k], as A (A^T A)^+ g: the adjoint of `leastSquares` with the same rank. */
export function leastSquaresAdjoint(
  a: usize,
  g: usize,
  h: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  rcond: f64,
): void {
  place(scratch, scratch + <usize>m * <usize>padded(n, 0) * 8, m, n, 0, k);
  widenRows(a, 0);
  widen(solution, g, n * k);
  f32Tolerances();
  solve(rcond, ADJOINT);
  for (let i = 0; i < m; i++) {
    for (let c = 0; c < k; c++) {
      let sum: f64 = 0;
      for (let j = 0; j < n; j++)
        sum += <f64>load<f32>(a + ((<usize>(i * n + j)) << 2)) * load<f64>(solution + ((<usize>(j * k + c)) << 3));
      store<f32>(h + ((<usize>(i * k + c)) << 2), <f32>sum);
    }
  }
}

/** y [n, k] = (I - A^+ A) g, the part of g [n, k] that a [m, n] maps to zero, with the same rank. */
export function leastSquaresNull(
  a: usize,
  g: usize,
  y: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  rcond: f64,
): void {
  place(scratch, scratch + <usize>m * <usize>padded(n, 0) * 8, m, n, 0, k);
  widenRows(a, 0);
  widen(solution, g, n * k);
  f32Tolerances();
  solve(rcond, NULL);
  narrow(y, n * k);
}

/** Means of the columns of the first `count` rows. The second pass corrects the rounding error of the first. */
function centre(means: usize, count: i32): void {
  memory.fill(means, 0, (<usize>width) << 3);
  for (let pass = 0; pass < 2; pass++) {
    memory.fill(spare, 0, (<usize>width) << 3);
    for (let i = 0; i < count; i++) addScaled(spare, rowAt(rows, stride, i), width, 1);
    for (let j = 0; j < width; j++) {
      const at = (<usize>j) << 3;
      store<f64>(spare + at, load<f64>(spare + at) / <f64>count);
    }
    for (let i = 0; i < count; i++) addScaled(rowAt(rows, stride, i), spare, width, -1);
    addScaled(means, spare, width, 1);
  }
}

/**
 * Linear regression with a bias. system: m rows [x | y] of f64, n and k columns, padded to an even number. The first
 * `data` rows are centred, each column by its mean over them (0: none; the others are a penalty); the tolerance of a
 * column, n of them, refers to the numbers before. out: n + k means, then the solution [n, k].
 */
export function regression(
  system: usize,
  rounding: usize,
  out: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  data: i32,
): void {
  place(system, scratch, m, n, k, k);
  memory.copy(tolerances, rounding, (<usize>n) << 3);
  memory.fill(out, 0, (<usize>(n + k)) << 3);
  if (data > 0) centre(out, data);
  for (let j = 0; j < n; j++) {
    const mean = load<f64>(out + ((<usize>j) << 3));
    store<f64>(shifts + ((<usize>j) << 3), <f64>data * mean * mean);
  }
  solve(-1, FORWARD);
  memory.copy(out + ((<usize>(n + k)) << 3), solution, (<usize>(n * k)) << 3);
}
