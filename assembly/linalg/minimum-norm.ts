// The solution of a triangle with column pivoting. When columns depend on each other, it is the shortest of many.
import { solveLower, solveUpper } from "./householder";
import { cell, originalOf } from "./kept";
import {
  ADJOINT,
  FORWARD,
  k,
  m,
  n,
  NULL,
  order,
  rows,
  scales,
  solution,
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
import { solveByNullSpace } from "./null-space";
import { pivotedTriangle } from "./pivoted";
import { solveByRowSpace } from "./row-space";
import { gather, multiplyInto, rowAt } from "./vectors";

/** Right side `side` of an orthogonally transformed system, or what is in `solution`, to z in the order of the columns. */
function loadSide(side: i32, wanted: i32, count: i32): void {
  if (wanted == FORWARD) {
    gather(z, cell(rows, n + side), stride, count);
    return;
  }
  gather(u, cell(solution, side), (<usize>k) << 3, n);
  multiplyInto(u, scales, n);
  for (let j = 0; j < n; j++) store<f64>(cell(z, j), load<f64>(cell(u, originalOf(j))));
}

/** Independent columns. */
function solveIndependent(wanted: i32): void {
  if (wanted == NULL) {
    memory.fill(solution, 0, (<usize>(n * k)) << 3);
    return;
  }
  for (let side = 0; side < k; side++) {
    loadSide(side, wanted, n);
    if (wanted == ADJOINT) solveLower(rows, stride, n, z);
    solveUpper(rows, stride, n, z);
    for (let j = 0; j < n; j++) {
      const original = originalOf(j);
      store<f64>(cell(solution, original * k + side), load<f64>(cell(z, j)) * load<f64>(cell(scales, original)));
    }
  }
}

/**
 * Computes the result for `count` equations with `squares` of the columns. A column counts as dependent when no more is
 * left of it than its rounding error.
 */
export function solveComplete(count: i32, wanted: i32): void {
  weighColumns(squares, 8);
  for (let i = 0; i < count; i++) multiplyInto(rowAt(rows, stride, i), scales, n);
  const rank = pivotedTriangle(rows, stride, count, n, width, 1, weights, order, taus, squares, sums);
  if (rank == n) solveIndependent(wanted);
  else if (rank > 0 && (m >= n || n - rank <= rank)) solveByNullSpace(rank, wanted);
  else solveByRowSpace(rank, wanted);
}
