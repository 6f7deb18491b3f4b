// The shortest solution by means of the row space, if that is small: a complete orthogonal decomposition (Golub and Van
// Loan, "Matrix Computations", 5.5).
import { solveLower, solveUpper } from "./householder";
import { areExcessive, cell, originalOf, reflectVector, sortPlaces, storeBasic } from "./kept";
import {
  ADJOINT,
  k,
  n,
  NULL,
  order,
  byMagnitude,
  rows,
  scales,
  solution,
  square,
  squares,
  squareStride,
  stride,
  sums,
  target,
  taus,
  total,
  rowOrder,
  u,
  weights,
  z,
} from "./layout";
import { pivotedTriangle } from "./pivoted";
import { gather, rowAt, scatter } from "./vectors";

/** The largest magnitude of a column of the trapezoid without its scale. */
function magnitude(rank: i32, j: i32): f64 {
  let largest: f64 = 0;
  for (let i = 0; i <= min(j, rank - 1); i++) largest = max(largest, abs(load<f64>(cell(rowAt(rows, stride, i), j))));
  return largest / load<f64>(cell(scales, originalOf(j)));
}

/**
 * Writes the transpose of the trapezoid's first `rank` rows, unscaled and with sorted rows, to `square`, and turns the
 * numbers in `byMagnitude` into original ones.
 */
function transposeTrapezoid(rank: i32): void {
  for (let i = 0; i < n; i++) {
    const row = rowAt(square, squareStride, i);
    const j = <i32>load<f64>(cell(byMagnitude, i));
    const original = load<f64>(cell(order, j));
    const scale = load<f64>(cell(scales, <i32>original));
    for (let q = 0; q < rank; q++)
      store<f64>(cell(row, q), q <= j ? load<f64>(cell(rowAt(rows, stride, q), j)) / scale : 0);
    store<f64>(cell(byMagnitude, i), original);
  }
}

/** z = L^-1 Z^T g for g in `solution`. Entry q of z is the target of equation rowOrder[q]. */
function loadAdjoint(column: usize, found: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(cell(z, i), load<f64>(column + <usize>(<i32>load<f64>(cell(byMagnitude, i)) * k) * 8));
  for (let q = 0; q < found; q++) reflectVector(q);
  solveUpper(square, squareStride, found, z);
  for (let q = 0; q < found; q++) store<f64>(cell(target, <i32>load<f64>(cell(rowOrder, q))), load<f64>(cell(z, q)));
}

/** Replaces each vector in `solution` by its part outside the row space. */
function dropRowSpace(column: usize, found: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(cell(z, i), load<f64>(column + <usize>(<i32>load<f64>(cell(byMagnitude, i)) * k) * 8));
  for (let q = 0; q < found; q++) reflectVector(q);
  memory.fill(z, 0, (<usize>found) << 3);
  for (let q = found - 1; q >= 0; q--) reflectVector(q);
  for (let i = 0; i < n; i++)
    store<f64>(column + <usize>(<i32>load<f64>(cell(byMagnitude, i)) * k) * 8, load<f64>(cell(z, i)));
}

/** total = T^+ target = Z L^-T target, with T^T = Z L but for the order of its columns. */
function solveShortest(found: i32): void {
  for (let q = 0; q < found; q++) store<f64>(cell(z, q), load<f64>(cell(target, <i32>load<f64>(cell(rowOrder, q)))));
  solveLower(square, squareStride, found, z);
  memory.fill(cell(z, found), 0, (<usize>(n - found)) << 3);
  for (let q = found - 1; q >= 0; q--) reflectVector(q);
  for (let i = 0; i < n; i++) store<f64>(cell(total, <i32>load<f64>(cell(byMagnitude, i))), load<f64>(cell(z, i)));
}

/** Computes the result for `rank` equations [R11 R12 | c]. */
export function solveByRowSpace(rank: i32, wanted: i32): void {
  for (let j = 0; j < n; j++) store<f64>(cell(u, j), magnitude(rank, j));
  sortPlaces();
  transposeTrapezoid(rank);
  for (let q = 0; q < rank; q++) store<f64>(cell(weights, q), 1);
  const found = pivotedTriangle(square, squareStride, n, rank, rank, 0, weights, rowOrder, taus, squares, sums);
  for (let side = 0; side < k; side++) {
    const column = cell(solution, side);
    memory.fill(target, 0, (<usize>rank) << 3);
    if (wanted == NULL) {
      dropRowSpace(column, found);
      continue;
    }
    if (wanted == ADJOINT) loadAdjoint(column, found);
    else gather(target, cell(rows, n + side), stride, rank);
    solveShortest(found);
    solveUpper(rows, stride, rank, target);
    if (areExcessive(rank)) storeBasic(rank);
    scatter(column, total, (<usize>k) << 3, n);
  }
}
