// Least squares of minimum norm in f64, for f32 matrices of any shape and rank.
//   1. Equations [A | B] are rows of a scratch matrix. More equations than unknowns are brought to a triangle by
//      Householder reflections, which leaves as many.
//   2. When the triangle R is far from singular, |R| |R^-1| rcond < 1 in the Frobenius norm, no singular value can be as
//      small as rcond: back substitution, which is quick.
//   3. Otherwise one-sided Jacobi (Hestenes 1958) on what is left: pairs of equations are rotated until all left sides are
//      orthogonal to each other; their lengths are then the singular values of A. Rotating the right sides along,
//      the solution of minimum norm is sum_i w_i b_i / |w_i|^2 over the equations whose |w_i| counts.
// No step squares the condition number, as A^T A would.

/** Rotations stop when no two left sides have a cosine above this. */
const COSINE: f64 = 1e-14;
/** Left sides this much shorter than the whole are rounding noise of f64 and stay as they are. */
const NOISE: f64 = 1e-16;
const MAX_SWEEPS: i32 = 60;

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, stride: usize, i: i32): usize {
  return rows + <usize>i * stride;
}

/** sum a b over n f64 values. */
function dot(a: usize, b: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  const bytes = (<usize>n) << 3;
  const even = bytes & ~15;
  for (let i: usize = 0; i < even; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(a + i), v128.load(b + i)));
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if (even < bytes) total += load<f64>(a + even) * load<f64>(b + even);
  return total;
}

/** (a, b) = (c a - s b, s a + c b) over n f64 values; n may be rounded up to an even number. */
function rotateRows(a: usize, b: usize, n: i32, c: f64, s: f64): void {
  const cosine = f64x2.splat(c);
  const sine = f64x2.splat(s);
  const bytes = (<usize>n) << 3;
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    v128.store(a + i, f64x2.sub(f64x2.mul(cosine, x), f64x2.mul(sine, y)));
    v128.store(b + i, f64x2.add(f64x2.mul(sine, x), f64x2.mul(cosine, y)));
  }
}

/** y += factor x over n f64 values; n may be rounded up to an even number. */
function addScaled(y: usize, x: usize, n: i32, factor: f64): void {
  const f = f64x2.splat(factor);
  const bytes = (<usize>n) << 3;
  for (let i: usize = 0; i < bytes; i += 16)
    v128.store(y + i, f64x2.add(v128.load(y + i), f64x2.mul(f, v128.load(x + i))));
}

/** [A | B | padding] as rows of f64. */
function widen(a: usize, b: usize, rows: usize, stride: usize, m: i32, n: i32, k: i32): void {
  for (let i = 0; i < m; i++) {
    const row = rowAt(rows, stride, i);
    memory.fill(row, 0, stride);
    for (let j = 0; j < n; j++) store<f64>(row + ((<usize>j) << 3), load<f32>(a + ((<usize>(i * n + j)) << 2)));
    for (let j = 0; j < k; j++) store<f64>(row + ((<usize>(n + j)) << 3), load<f32>(b + ((<usize>(i * k + j)) << 2)));
  }
}

/**
 * Clears column `column` below the diagonal by the reflection I - v v^T / h, h = v^T v / 2, v kept in that column. The
 * row `sums` takes v^T times the columns to its right: rows are walked, never columns.
 */
function reflect(rows: usize, stride: usize, m: i32, width: i32, column: i32, sums: usize): void {
  const from = (<usize>column) << 3;
  let square: f64 = 0;
  for (let i = column; i < m; i++) {
    const value = load<f64>(rowAt(rows, stride, i) + from);
    square += value * value;
  }
  const pivot = rowAt(rows, stride, column) + from;
  const head = load<f64>(pivot);
  const diagonal = head > 0 ? -sqrt(square) : sqrt(square);
  const h = square - head * diagonal;
  if (!(h > 0)) return; // the column is zero, or not finite
  store<f64>(pivot, head - diagonal);
  // From an even column, so that vectors stay whole: left of `column` there are zeros by now, and the column itself is
  // overwritten below.
  const start = (<usize>(column & ~1)) << 3;
  const count = width - (column & ~1);
  memory.fill(sums + start, 0, (<usize>count) << 3);
  for (let i = column; i < m; i++) {
    const row = rowAt(rows, stride, i);
    addScaled(sums + start, row + start, count, load<f64>(row + from));
  }
  for (let i = column; i < m; i++) {
    const row = rowAt(rows, stride, i);
    const v = load<f64>(row + from);
    addScaled(row + start, sums + start, count, -v / h);
    store<f64>(row + from, 0);
  }
  store<f64>(pivot, diagonal);
}

/** z = R^-1 z for the leading `size` rows and columns of the triangle. */
function backSubstitute(rows: usize, stride: usize, size: i32, z: usize): void {
  for (let i = size - 1; i >= 0; i--) {
    const row = rowAt(rows, stride, i) + ((<usize>i) << 3);
    const at = z + ((<usize>i) << 3);
    store<f64>(at, (load<f64>(at) - dot(row + 8, at + 8, size - 1 - i)) / load<f64>(row));
  }
}

/** Whether no singular value of the triangle can be rcond times the largest or less. False when not sure. */
function isRegular(rows: usize, stride: usize, n: i32, z: usize, rcond: f64): bool {
  let forward: f64 = 0;
  let backward: f64 = 0;
  for (let j = 0; j < n; j++) {
    const row = rowAt(rows, stride, j) + ((<usize>j) << 3);
    forward += dot(row, row, n - j);
    memory.fill(z, 0, (<usize>j) << 3);
    store<f64>(z + ((<usize>j) << 3), 1);
    backSubstitute(rows, stride, j + 1, z); // column j of R^-1
    backward += dot(z, z, j + 1);
  }
  return forward * backward * rcond * rcond < 1;
}

/** Rotates pairs of rows until the first n columns are orthogonal. Returns the largest square of a length. */
function orthogonalise(rows: usize, stride: usize, count: i32, n: i32, width: i32): f64 {
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
        rotateRows(a, b, width, c, t * c);
        rotated = true;
      }
    }
  }
  let largest: f64 = 0;
  for (let i = 0; i < count; i++) largest = max(largest, dot(rowAt(rows, stride, i), rowAt(rows, stride, i), n));
  return largest;
}

/** Column `right` of x [n, k]. */
function storeSolution(values: usize, x: usize, n: i32, k: i32, right: i32): void {
  for (let j = 0; j < n; j++)
    store<f32>(x + ((<usize>(j * k + right)) << 2), <f32>load<f64>(values + ((<usize>j) << 3)));
}

/** All columns of x from a regular triangle. */
function solveTriangle(rows: usize, stride: usize, n: i32, k: i32, z: usize, x: usize): void {
  for (let right = 0; right < k; right++) {
    for (let i = 0; i < n; i++)
      store<f64>(z + ((<usize>i) << 3), load<f64>(rowAt(rows, stride, i) + ((<usize>(n + right)) << 3)));
    backSubstitute(rows, stride, n, z);
    storeSolution(z, x, n, k, right);
  }
}

/** All columns of x from equations with orthogonal left sides, leaving out those whose square is at most `least`. */
function solveOrthogonal(rows: usize, stride: usize, count: i32, n: i32, k: i32, z: usize, x: usize, least: f64): void {
  for (let right = 0; right < k; right++) {
    memory.fill(z, 0, stride);
    for (let i = 0; i < count; i++) {
      const row = rowAt(rows, stride, i);
      const square = dot(row, row, n);
      if (square <= least) continue;
      addScaled(z, row, n, load<f64>(row + ((<usize>(n + right)) << 3)) / square);
    }
    storeSolution(z, x, n, k, right);
  }
}

/**
 * x [n, k] = the shortest of all x that minimise |a x - b|, a [m, n], b [m, k]. Singular values up to rcond times the
 * largest count as zero. `scratch` holds (m + 1) rows of n + k f64, rounded up to an even number.
 */
export function leastSquares(a: usize, b: usize, x: usize, scratch: usize, m: i32, n: i32, k: i32, rcond: f64): void {
  const width = (n + k + 1) & ~1;
  const stride = (<usize>width) << 3;
  const spare = rowAt(scratch, stride, m);
  widen(a, b, scratch, stride, m, n, k);
  if (m >= n) {
    for (let j = 0; j < n; j++) reflect(scratch, stride, m, width, j, spare);
    if (isRegular(scratch, stride, n, spare, rcond)) {
      solveTriangle(scratch, stride, n, k, spare, x);
      return;
    }
  }
  const count = min(m, n);
  const largest = orthogonalise(scratch, stride, count, n, width);
  solveOrthogonal(scratch, stride, count, n, k, spare, x, rcond * rcond * largest);
}
