// The shortest solution by way of the row space, where that is small: a complete orthogonal decomposition (Golub and Van
// Loan, "Matrix Computations", 5.5).
import { solveLower, solveUpper } from "./householder";
import { areExcessive, cell, originalOf, reflectVector, sortPlaces, storeBasic } from "./kept";
import {
  ADJOINT,
  k,
  n,
  NULL,
  order,
  places,
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
  turns,
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

/** The transpose of the trapezoid's first `rank` rows, unscaled, its rows sorted, to `square`; `places` become originals. */
function transposeTrapezoid(rank: i32): void {
  for (let i = 0; i < n; i++) {
    const row = rowAt(square, squareStride, i);
    const j = <i32>load<f64>(cell(places, i));
    const original = load<f64>(cell(order, j));
    const scale = load<f64>(cell(scales, <i32>original));
    for (let q = 0; q < rank; q++)
      store<f64>(cell(row, q), q <= j ? load<f64>(cell(rowAt(rows, stride, q), j)) / scale : 0);
    store<f64>(cell(places, i), original);
  }
}

/** z = L^-1 Z^T g for what is in `solution`, so that its entry q is the target of equation turns[q]. */
function loadAdjoint(column: usize, found: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(cell(z, i), load<f64>(column + <usize>(<i32>load<f64>(cell(places, i)) * k) * 8));
  for (let q = 0; q < found; q++) reflectVector(q);
  solveUpper(square, squareStride, found, z);
  for (let q = 0; q < found; q++) store<f64>(cell(target, <i32>load<f64>(cell(turns, q))), load<f64>(cell(z, q)));
}

/** Leaves of what is in `solution` the part outside of the row space. */
function dropRowSpace(column: usize, found: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(cell(z, i), load<f64>(column + <usize>(<i32>load<f64>(cell(places, i)) * k) * 8));
  for (let q = 0; q < found; q++) reflectVector(q);
  memory.fill(z, 0, (<usize>found) << 3);
  for (let q = found - 1; q >= 0; q--) reflectVector(q);
  for (let i = 0; i < n; i++)
    store<f64>(column + <usize>(<i32>load<f64>(cell(places, i)) * k) * 8, load<f64>(cell(z, i)));
}

/** total = T^+ target = Z L^-T target, with T^T = Z L but for the order of its columns. */
function solveShortest(found: i32): void {
  for (let q = 0; q < found; q++) store<f64>(cell(z, q), load<f64>(cell(target, <i32>load<f64>(cell(turns, q)))));
  solveLower(square, squareStride, found, z);
  memory.fill(cell(z, found), 0, (<usize>(n - found)) << 3);
  for (let q = found - 1; q >= 0; q--) reflectVector(q);
  for (let i = 0; i < n; i++) store<f64>(cell(total, <i32>load<f64>(cell(places, i))), load<f64>(cell(z, i)));
}

/** Does what is wanted for `rank` equations [R11 R12 | c]. */
export function solveByRowSpace(rank: i32, wanted: i32): void {
  for (let j = 0; j < n; j++) store<f64>(cell(u, j), magnitude(rank, j));
  sortPlaces();
  transposeTrapezoid(rank);
  for (let q = 0; q < rank; q++) store<f64>(cell(weights, q), 1);
  const found = pivotedTriangle(square, squareStride, n, rank, rank, 0, weights, turns, taus, squares, sums);
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
