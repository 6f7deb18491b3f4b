// Shared by both methods for the shortest solution: a factorisation stored in `square`, with reflections below the
// diagonal and their factors in `taus`, and the basic solution as a fallback.
import { n, order, byMagnitude, scales, square, squareStride, target, taus, total, u, z } from "./layout";
import { dot } from "./vectors";

/** A solution whose contributions exceed those of a basic solution by this factor loses its digits in rounding. */
const EXCESS: f64 = 1e3;

// @ts-ignore: decorator
@inline
export function cell(vector: usize, i: i32): usize {
  return vector + ((<usize>i) << 3);
}

/** The original number of the column at position `j`. */
// @ts-ignore: decorator
@inline
export function originalOf(j: i32): i32 {
  return <i32>load<f64>(cell(order, j));
}

/** z = H z for the reflection in column `at`. */
export function reflectVector(at: i32): void {
  const first = cell(square + <usize>at * squareStride, at);
  let sum = load<f64>(cell(z, at));
  let entry = first + squareStride;
  for (let i = at + 1; i < n; i++, entry += squareStride) sum += load<f64>(entry) * load<f64>(cell(z, i));
  sum *= load<f64>(cell(taus, at));
  store<f64>(cell(z, at), load<f64>(cell(z, at)) - sum);
  entry = first + squareStride;
  for (let i = at + 1; i < n; i++, entry += squareStride)
    store<f64>(cell(z, i), load<f64>(cell(z, i)) - sum * load<f64>(entry));
}

/**
 * Writes the numbers of the n columns to `byMagnitude`, sorted by decreasing magnitude, which is in `u`: with rows in
 * that order, reflections with pivoting keep the digits of small rows beside large ones (Cox and Higham 1998).
 */
export function sortPlaces(): void {
  for (let j = 0; j < n; j++) {
    const size = load<f64>(cell(u, j));
    let i = j;
    while (i > 0 && load<f64>(cell(u, <i32>load<f64>(cell(byMagnitude, i - 1)))) < size) {
      store<f64>(cell(byMagnitude, i), load<f64>(cell(byMagnitude, i - 1)));
      i--;
    }
    store<f64>(cell(byMagnitude, i), <f64>j);
  }
}

/** Writes to `total` the solution that uses only the first `rank` columns; `target` has it in scaled columns. */
export function storeBasic(rank: i32): void {
  memory.fill(total, 0, (<usize>n) << 3);
  for (let q = 0; q < rank; q++) {
    const original = originalOf(q);
    store<f64>(cell(total, original), load<f64>(cell(target, q)) * load<f64>(cell(scales, original)));
  }
}

/**
 * Whether the contributions of the columns to `total` cancel too much, compared with the basic solution in `target`.
 */
export function areExcessive(rank: i32): bool {
  let square: f64 = 0;
  for (let j = 0; j < n; j++) {
    const contribution = load<f64>(cell(total, j)) / load<f64>(cell(scales, j));
    square += contribution * contribution;
  }
  return square > EXCESS * EXCESS * dot(target, target, rank);
}
