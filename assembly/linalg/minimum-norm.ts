// The shortest solution where columns depend on each other: complete orthogonal decomposition (Golub and Van Loan, 5.5).
import { solveLower, solveUpper } from "./householder";
import {
  k,
  n,
  order,
  places,
  rows,
  scales,
  solution,
  square,
  squares,
  stride,
  sums,
  taus,
  u,
  weighColumns,
  weights,
  width,
  z,
} from "./layout";
import { pivotedTriangle } from "./pivoted";
import { gather, multiplyInto, rowAt } from "./vectors";

// @ts-ignore: decorator
@inline
function cell(vector: usize, i: i32): usize {
  return vector + ((<usize>i) << 3);
}

/** Right side `side` of an orthogonally transformed system, or what is in `solution`, to z in the order of the columns. */
function loadSide(side: i32, adjoint: bool, count: i32): void {
  if (!adjoint) {
    gather(z, cell(rows, n + side), stride, count);
    return;
  }
  gather(u, cell(solution, side), (<usize>k) << 3, n);
  multiplyInto(u, scales, n);
  for (let j = 0; j < n; j++) store<f64>(cell(z, j), load<f64>(cell(u, <i32>load<f64>(cell(order, j)))));
}

/** Independent columns. */
function solveIndependent(adjoint: bool): void {
  for (let side = 0; side < k; side++) {
    loadSide(side, adjoint, n);
    if (adjoint) solveLower(rows, stride, n, z);
    solveUpper(rows, stride, n, z);
    for (let j = 0; j < n; j++) {
      const original = <i32>load<f64>(cell(order, j));
      store<f64>(cell(solution, original * k + side), load<f64>(cell(z, j)) * load<f64>(cell(scales, original)));
    }
  }
}

/** The largest magnitude of a column of the trapezoid without its scale. */
function magnitude(rank: i32, j: i32): f64 {
  let largest: f64 = 0;
  for (let i = 0; i <= min(j, rank - 1); i++) largest = max(largest, abs(load<f64>(cell(rowAt(rows, stride, i), j))));
  return largest / load<f64>(cell(scales, <i32>load<f64>(cell(order, j))));
}

/**
 * Sorts column numbers by falling magnitude, to `places`: with the rows of the transpose in that order, reflections with
 * pivoting keep the digits of small rows beside large ones (Cox and Higham 1998).
 */
function sortColumns(rank: i32): void {
  for (let j = 0; j < n; j++) store<f64>(cell(u, j), magnitude(rank, j));
  for (let j = 0; j < n; j++) {
    const size = load<f64>(cell(u, j));
    let i = j;
    while (i > 0 && load<f64>(cell(u, <i32>load<f64>(cell(places, i - 1)))) < size) {
      store<f64>(cell(places, i), load<f64>(cell(places, i - 1)));
      i--;
    }
    store<f64>(cell(places, i), <f64>j);
  }
}

/** The transpose of the trapezoid's first `rank` rows, unscaled, its rows sorted, to `square`; `places` become originals. */
function transposeTrapezoid(rank: i32): void {
  for (let i = 0; i < n; i++) {
    const row = rowAt(square, stride, i);
    const j = <i32>load<f64>(cell(places, i));
    const original = load<f64>(cell(order, j));
    const scale = load<f64>(cell(scales, <i32>original));
    for (let q = 0; q < rank; q++)
      store<f64>(cell(row, q), q <= j ? load<f64>(cell(rowAt(rows, stride, q), j)) / scale : 0);
    store<f64>(cell(places, i), original);
  }
}

/** z = H z for the reflection in column `at` of `square`. */
function reflectVector(at: i32): void {
  const first = cell(rowAt(square, stride, at), at);
  let sum = load<f64>(cell(z, at));
  for (let i = at + 1; i < n; i++) sum += load<f64>(first + <usize>(i - at) * stride) * load<f64>(cell(z, i));
  sum *= load<f64>(cell(taus, at));
  store<f64>(cell(z, at), load<f64>(cell(z, at)) - sum);
  for (let i = at + 1; i < n; i++)
    store<f64>(cell(z, i), load<f64>(cell(z, i)) - sum * load<f64>(first + <usize>(i - at) * stride));
}

/** With T = L^T Z^T, its columns permuted by `order`: z = Z L^-T (permuted z). */
function solveTrapezoid(rank: i32): void {
  solveLower(square, stride, rank, z);
  memory.fill(cell(z, rank), 0, (<usize>(n - rank)) << 3);
  for (let q = rank - 1; q >= 0; q--) reflectVector(q);
}

/** Dependent columns: of all solutions of the first `rank` equations the shortest. */
function solveDependent(rank: i32, adjoint: bool): void {
  sortColumns(rank);
  transposeTrapezoid(rank);
  for (let q = 0; q < rank; q++) store<f64>(cell(weights, q), 1);
  const found = pivotedTriangle(square, stride, n, rank, rank, 0, weights, order, taus, squares, sums);
  for (let side = 0; side < k; side++) {
    const column = cell(solution, side);
    if (adjoint) {
      for (let i = 0; i < n; i++)
        store<f64>(cell(z, i), load<f64>(column + <usize>(<i32>load<f64>(cell(places, i)) * k) * 8));
      for (let q = 0; q < found; q++) reflectVector(q);
      solveUpper(square, stride, found, z);
    } else {
      for (let q = 0; q < found; q++)
        store<f64>(cell(z, q), load<f64>(cell(rowAt(rows, stride, <i32>load<f64>(cell(order, q))), n + side)));
    }
    solveTrapezoid(found);
    for (let i = 0; i < n; i++)
      store<f64>(column + <usize>(<i32>load<f64>(cell(places, i)) * k) * 8, load<f64>(cell(z, i)));
  }
}

/**
 * Solves `count` equations whose columns have the `squares`. `adjoint`: (A^T A)^+ applied to what is in `solution`. A column
 * counts as dependent when no more is left of it than its rounding.
 */
export function solveComplete(count: i32, adjoint: bool): void {
  weighColumns(squares, 8);
  for (let i = 0; i < count; i++) multiplyInto(rowAt(rows, stride, i), scales, n);
  const rank = pivotedTriangle(rows, stride, count, n, width, 1, weights, order, taus, squares, sums);
  if (rank == n) solveIndependent(adjoint);
  else solveDependent(rank, adjoint);
}
