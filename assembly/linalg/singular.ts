// Least squares without the singular values below a share of the largest: one-sided Jacobi (Hestenes 1958) on the rows
// of a triangle. Pivoting has sorted the rows by length (Drmac and Veselic 2008), so that a few sweeps suffice.
// Rotating the right sides along, the solution of minimum norm is sum_i w_i b_i / |w_i|^2 over the rows w_i that count.
import {
  ADJOINT,
  FORWARD,
  k,
  n,
  NULL,
  order,
  rows,
  solution,
  squares,
  stride,
  sums,
  taus,
  u,
  weights,
  width,
  z,
} from "./layout";
import { pivotedTriangle } from "./pivoted";
import { addScaled, dot, gather, rotate, rowAt } from "./vectors";

/** Rotations stop when no two rows have a cosine above this. */
const COSINE: f64 = 1e-14;
/** Rows shorter than the whole by this factor are f64 rounding errors and are not rotated. */
const NOISE: f64 = 1e-16;
const MAX_SWEEPS: i32 = 60;

/** Rotates pairs of rows until the first n columns are orthogonal. Returns the largest square of a length. */
function orthogonalise(count: i32): f64 {
  let total: f64 = 0;
  for (let i = 0; i < count; i++) total += dot(rowAt(rows, stride, i), rowAt(rows, stride, i), n);
  const floor = NOISE * NOISE * total;
  for (let sweep = 0, rotated = true; rotated && sweep < MAX_SWEEPS; sweep++) {
    rotated = false;
    for (let p = 0; p < count - 1; p++) {
      for (let q = p + 1; q < count; q++) {
        const a = rowAt(rows, stride, p);
        const b = rowAt(rows, stride, q);
        const aa = dot(a, a, n);
        const bb = dot(b, b, n);
        const ab = dot(a, b, n);
        if (!(ab * ab > COSINE * COSINE * aa * bb) || min(aa, bb) <= floor) continue;
        const gap = bb - aa;
        const size = abs(gap) + sqrt(gap * gap + 4 * ab * ab);
        const t = (gap < 0 ? -2 * ab : 2 * ab) / size;
        const c = 1 / sqrt(1 + t * t);
        rotate(a, b, width, c, t * c);
        rotated = true;
      }
    }
  }
  let largest: f64 = 0;
  for (let i = 0; i < count; i++) largest = max(largest, dot(rowAt(rows, stride, i), rowAt(rows, stride, i), n));
  return largest;
}

/** Like `solveComplete`, but singular values up to rcond times the largest count as zero. */
export function solveSingular(count: i32, rcond: f64, wanted: i32): void {
  for (let j = 0; j < n; j++) store<f64>(weights + ((<usize>j) << 3), 1);
  const rank = pivotedTriangle(rows, stride, count, n, width, 0, weights, order, taus, squares, sums);
  for (let i = 1; i < rank; i++) memory.fill(rowAt(rows, stride, i), 0, (<usize>i) << 3);
  const largest = orthogonalise(rank);
  for (let side = 0; side < k; side++) {
    const column = solution + ((<usize>side) << 3);
    if (wanted != FORWARD) gather(u, column, (<usize>k) << 3, n);
    for (let j = 0; j < n; j++)
      store<f64>(sums + ((<usize>j) << 3), load<f64>(u + ((<usize>load<f64>(order + ((<usize>j) << 3))) << 3)));
    if (wanted == NULL) memory.copy(z, sums, (<usize>n) << 3);
    else memory.fill(z, 0, (<usize>n) << 3);
    for (let i = 0; i < rank; i++) {
      const row = rowAt(rows, stride, i);
      const square = dot(row, row, n);
      if (square <= rcond * rcond * largest) continue;
      const share = wanted == FORWARD ? load<f64>(row + ((<usize>(n + side)) << 3)) : dot(row, sums, n);
      if (wanted == NULL) addScaled(z, row, n, -share / square);
      else addScaled(z, row, n, (wanted == ADJOINT ? share / square : share) / square);
    }
    for (let j = 0; j < n; j++) {
      const original = <i32>load<f64>(order + ((<usize>j) << 3));
      store<f64>(column + ((<usize>(original * k)) << 3), load<f64>(z + ((<usize>j) << 3)));
    }
  }
}
