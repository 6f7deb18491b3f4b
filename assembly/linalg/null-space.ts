// The shortest solution by means of the null space, if that is small: a basic solution minus its part in the null
// space. Subtracting that part changes no equation, for any scales of the columns.
import { solveLower, solveUpper } from "./householder";
import { areExcessive, cell, originalOf, reflectVector, sortPlaces, storeBasic } from "./kept";
import {
  FORWARD,
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
  width,
  z,
} from "./layout";
import { pivotedTriangle, squareColumns } from "./pivoted";
import { addScaled, dot, gather, rowAt, scaleBy, scatter } from "./vectors";

/** Coefficients up to this multiple of a column's rounding error count as zero. */
const MARGIN: f64 = 16;
/** [R11 R12 | c] becomes [R11 Y | z]: Y = R11^-1 R12 and z = R11^-1 c. */
function solveRows(rank: i32): void {
  const count = width - rank;
  for (let i = rank - 1; i >= 0; i--) {
    const row = rowAt(rows, stride, i);
    for (let p = i + 1; p < rank; p++)
      addScaled(cell(row, rank), cell(rowAt(rows, stride, p), rank), count, -load<f64>(cell(row, p)));
    scaleBy(cell(row, rank), count, 1 / load<f64>(cell(row, i)));
  }
}

/** Entry (j, c) of the null space, without the scales: of [-Y; I]. */
function nullEntry(rank: i32, j: i32, c: i32): f64 {
  if (j >= rank) return j == rank + c ? 1 : 0;
  const entry = -load<f64>(cell(rowAt(rows, stride, j), rank + c));
  // With very different scales, the shortest solution would otherwise use a coefficient that is only rounding error.
  const weight = load<f64>(cell(weights, rank + c));
  return entry * entry * weight > MARGIN * MARGIN ? entry : 0;
}

/** Factors the null space, with the scales. Returns how many of its columns are independent. */
function factorNullSpace(rank: i32): i32 {
  const nullity = n - rank;
  for (let j = 0; j < n; j++) {
    let largest: f64 = 0;
    for (let c = 0; c < nullity; c++) largest = max(largest, abs(nullEntry(rank, j, c)));
    store<f64>(cell(u, j), largest * load<f64>(cell(scales, originalOf(j))));
  }
  sortPlaces();
  for (let i = 0; i < n; i++) {
    const to = rowAt(square, squareStride, i);
    const j = <i32>load<f64>(cell(byMagnitude, i));
    const scale = load<f64>(cell(scales, originalOf(j)));
    for (let c = 0; c < nullity; c++) store<f64>(cell(to, c), nullEntry(rank, j, c) * scale);
    store<f64>(cell(byMagnitude, i), load<f64>(cell(order, j)));
  }
  squareColumns(square, squareStride, n, nullity, squares);
  for (let c = 0; c < nullity; c++) store<f64>(cell(weights, c), 1 / load<f64>(cell(squares, c)));
  return pivotedTriangle(square, squareStride, n, nullity, nullity, 0, weights, rowOrder, taus, squares, sums);
}

/** u = the coefficients of its columns for the part of `total` in the null space. */
function fitNullSpace(rank: i32, found: i32): void {
  const nullity = n - rank;
  for (let i = 0; i < n; i++) store<f64>(cell(z, i), load<f64>(cell(total, <i32>load<f64>(cell(byMagnitude, i)))));
  for (let q = 0; q < found; q++) reflectVector(q);
  solveUpper(square, squareStride, found, z);
  memory.fill(u, 0, (<usize>nullity) << 3);
  for (let q = 0; q < found; q++) store<f64>(cell(u, <i32>load<f64>(cell(rowOrder, q))), load<f64>(cell(z, q)));
}

/** total += sign times the columns of the null space times u. */
function addNullSpace(rank: i32, sign: f64): void {
  const nullity = n - rank;
  for (let j = 0; j < n; j++) {
    const original = originalOf(j);
    const at = cell(total, original);
    const part = j < rank ? -dot(cell(rowAt(rows, stride, j), rank), u, nullity) : load<f64>(cell(u, j - rank));
    store<f64>(at, load<f64>(at) + sign * part * load<f64>(cell(scales, original)));
  }
}

/** `target` = R11^-1 R11^-T of the first `rank` columns' share of `total`. */
function solveTwice(rank: i32): void {
  for (let q = 0; q < rank; q++) {
    const original = originalOf(q);
    store<f64>(cell(target, q), load<f64>(cell(total, original)) * load<f64>(cell(scales, original)));
  }
  solveLower(rows, stride, rank, target);
  solveUpper(rows, stride, rank, target);
}

/** Computes the result for `rank` equations [R11 R12 | c]. */
export function solveByNullSpace(rank: i32, wanted: i32): void {
  solveRows(rank);
  const found = factorNullSpace(rank);
  for (let side = 0; side < k; side++) {
    const column = cell(solution, side);
    if (wanted == FORWARD) {
      gather(target, cell(rows, n + side), stride, rank);
    } else {
      gather(total, column, (<usize>k) << 3, n);
      fitNullSpace(rank, found);
      if (wanted == NULL) {
        memory.fill(total, 0, (<usize>n) << 3);
        addNullSpace(rank, 1);
        scatter(column, total, (<usize>k) << 3, n);
        continue;
      }
      addNullSpace(rank, -1);
      solveTwice(rank);
    }
    storeBasic(rank);
    fitNullSpace(rank, found);
    addNullSpace(rank, -1);
    if (areExcessive(rank)) storeBasic(rank);
    scatter(column, total, (<usize>k) << 3, n);
  }
}
