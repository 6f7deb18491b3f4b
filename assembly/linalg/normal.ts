// The fast method, for columns that are far from dependent: A^T A by a product, half the work of reflections and all of
// it in the register tile, then R from Cholesky. That squares the condition number. In f64 this works for condition
// numbers up to 1e5, because a step of refinement with residuals of A itself corrects the error (corrected seminormal
// equations, Björck 1987).
import { solveLower, solveUpper } from "./householder";
import {
  ADJOINT,
  FORWARD,
  k,
  m,
  n,
  NULL,
  rows,
  scales,
  solution,
  square,
  squares,
  stride,
  spare,
  sums,
  u,
  weighColumns,
  weights,
  width,
  z,
} from "./layout";
import { multiplyAdd } from "./product";
import { addScaled, divideInto, dot, gather, multiplyInto, rowAt, scaleBy, scatter } from "./vectors";

const BLOCK: i32 = 32;
/** Largest condition numbers for this method, with and without refinement. */
const REFINED: f64 = 1e5;
const PLAIN: f64 = 1e3;
const ITERATIONS: i32 = 4;
/** A correction this small relative to the solution has an error far below the rounding of f32. */
const SMALL: f64 = 1e-5;
const USEFUL: f64 = 1e-2;
const STEPS: i32 = 3;

/** [A^T A | A^T B] with the columns of A scaled, on and above the diagonal. False when a column is zero or not finite. */
function formProducts(): bool {
  memory.fill(square, 0, <usize>n * stride);
  multiplyAdd(rows, stride, true, rows, stride, square, stride, n, width, m, true);
  weighColumns(square, stride + 8);
  memory.copy(sums, scales, (<usize>n) << 3);
  for (let j = n; j < width; j++) store<f64>(sums + ((<usize>j) << 3), 1);
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    if (!(load<f64>(weights + at) > 0)) return false;
    const row = rowAt(square, stride, i) + at;
    multiplyInto(row, sums + at, width - i);
    scaleBy(row, width - i, load<f64>(scales + at));
  }
  return true;
}

/** [R | R^-T A^T B]. False when a pivot shows that the condition is above the limit. */
function cholesky(limit: f64): bool {
  const least = 1 / (limit * limit);
  for (let start = 0; start < n; start += BLOCK) {
    const end = min(n, start + BLOCK);
    for (let i = start; i < end; i++) {
      const at = (<usize>i) << 3;
      const row = rowAt(square, stride, i) + at;
      for (let p = start; p < i; p++) {
        const above = rowAt(square, stride, p) + at;
        addScaled(row, above, width - i, -load<f64>(above));
      }
      const pivot = load<f64>(row);
      if (!(pivot > least)) return false;
      scaleBy(row, width - i, 1 / sqrt(pivot));
    }
    if (end == width) break;
    const right = rowAt(square, stride, start) + ((<usize>end) << 3);
    const rest = width - end;
    for (let i = 0; i < end - start; i++) {
      const copy = rowAt(spare, stride, i);
      memory.copy(copy, right + <usize>i * stride, (<usize>rest) << 3);
      scaleBy(copy, rest, -1);
    }
    const corner = rowAt(square, stride, end) + ((<usize>end) << 3);
    multiplyAdd(right, stride, true, spare, stride, corner, stride, n - end, rest, end - start, true);
  }
  return true;
}

/** |R^-1|, by inverse iteration: a lower bound, seldom less than a third of it. */
function inverseNorm(): f64 {
  let state: u32 = 1;
  for (let j = 0; j < n; j++) {
    state = state * 1664525 + 1013904223;
    store<f64>(z + ((<usize>j) << 3), state >> 31 ? 1 : -1);
  }
  let before: f64 = n;
  for (let i = 0; i < ITERATIONS; i++) {
    scaleBy(z, n, 1 / sqrt(before));
    solveLower(square, stride, n, z);
    solveUpper(square, stride, n, z);
    before = dot(z, z, n);
  }
  return sqrt(sqrt(before));
}

/** Whether the columns are far from dependent, both for f64 and for the rounding of the data. */
function isFarFromDependent(limit: f64): bool {
  const norm = inverseNorm();
  let least = Infinity;
  for (let j = 0; j < n; j++) least = min(least, load<f64>(weights + ((<usize>j) << 3)));
  return norm < limit && norm * norm * 100 < least;
}

/** u = scaled A^T (b - A x) for right side `side` and the unscaled x in z. */
function gradient(side: i32): void {
  memory.fill(u, 0, (<usize>n) << 3);
  for (let i = 0; i < m; i++) {
    const row = rowAt(rows, stride, i);
    addScaled(u, row, n, load<f64>(row + ((<usize>(n + side)) << 3)) - dot(row, z, n));
  }
  multiplyInto(u, scales, n);
}

/** Solves for one right side. False when refinement does not converge as it should. */
function solveRefined(side: i32): bool {
  gather(z, square + ((<usize>(n + side)) << 3), stride, n);
  solveUpper(square, stride, n, z);
  for (let step = 0; step < STEPS; step++) {
    const length = dot(z, z, n);
    multiplyInto(z, scales, n);
    gradient(side);
    solveLower(square, stride, n, u);
    solveUpper(square, stride, n, u);
    const correction = dot(u, u, n);
    multiplyInto(u, scales, n);
    addScaled(z, u, n, 1);
    if (!(correction <= USEFUL * USEFUL * length)) return false;
    if (correction <= SMALL * SMALL * length) {
      scatter(solution + ((<usize>side) << 3), z, (<usize>k) << 3, n);
      return true;
    }
    divideInto(z, scales, n);
  }
  return false;
}

/** Computes the result by A^T A and returns true if that is safe; otherwise returns false. */
export function solveNormal(wanted: i32): bool {
  const limit = wanted == ADJOINT ? PLAIN : REFINED;
  if (!formProducts() || !cholesky(limit) || !isFarFromDependent(limit)) return false;
  if (wanted == NULL) {
    memory.fill(solution, 0, (<usize>(n * k)) << 3);
    return true;
  }
  for (let side = 0; side < k; side++) {
    if (wanted == FORWARD) {
      if (!solveRefined(side)) return false;
      continue;
    }
    const column = solution + ((<usize>side) << 3);
    gather(z, column, (<usize>k) << 3, n);
    multiplyInto(z, scales, n);
    solveLower(square, stride, n, z);
    solveUpper(square, stride, n, z);
    multiplyInto(z, scales, n);
    scatter(column, z, (<usize>k) << 3, n);
  }
  return true;
}
