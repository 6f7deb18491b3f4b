import { rowAt } from "../linalg/vectors";
import { cell, fillNaN, loadMatrix, negate, scratchOf, storeMatrix, strideOf, wantsFlip } from "./matrix";
import { eigen } from "./symmetric";

/**
 * Eigenvalues [n], ascending, and eigenvectors, the columns of [n, n], of symmetric matrices, of which the lower triangle is
 * read. NaN for matrices that are not finite.
 */
export function eigh(a: usize, values: usize, vectors: usize, scratch: usize, width: i32, begin: i32, end: i32): void {
  const n = width;
  const stride = strideOf(n);
  const rows = scratchOf(scratch);
  const z = rowAt(rows, stride, n);
  const d = rowAt(z, stride, n);
  for (let unit = begin; unit < end; unit++) {
    const outValues = values + ((<usize>(unit * n)) << 2);
    const outVectors = vectors + ((<usize>(unit * n * n)) << 2);
    loadMatrix(rows, stride, a + ((<usize>(unit * n * n)) << 2), n, n, false);
    let wrong: f64 = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = load<f64>(cell(rows, stride, i, j));
        wrong += value - value;
        store<f64>(cell(rows, stride, j, i), value);
      }
    }
    if (wrong != 0) {
      fillNaN(outValues, n);
      fillNaN(outVectors, n * n);
      continue;
    }
    eigen(rows, stride, n, d, z, d + stride);
    for (let i = 0; i < n; i++) if (wantsFlip(rowAt(z, stride, i), n)) negate(rowAt(z, stride, i), n);
    storeMatrix(outValues, d, stride, 1, n, false);
    storeMatrix(outVectors, z, stride, n, n, true);
  }
}
