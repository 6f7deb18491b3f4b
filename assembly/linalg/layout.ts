// Addresses and sizes of a least-squares problem: set once by the kernel, read by its steps. These globals belong to
// one instance, hence to one thread, on which the whole kernel runs.
import { LONG_ARRAYS, UNKNOWN_ARRAYS } from "../layout";

/**
 * The result to compute: A^+ b for right sides in the rows; (A^T A)^+ g, or the part of g that A maps to 0, for g in
 * `solution`.
 */
export const FORWARD: i32 = 0;
export const ADJOINT: i32 = 1;
export const NULL: i32 = 2;

/** Numbers of equations, of unknowns, and of values in a row: the unknowns, then the right sides in the rows. */
export let m: i32 = 0;
export let n: i32 = 0;
export let width: i32 = 0;
/** Right sides. */
export let k: i32 = 0;
/** Bytes from row to row. */
export let stride: usize = 0;
/** [A | B], destroyed by an orthogonal factorisation. */
export let rows: usize = 0;
/** n rows of `squareStride` bytes: as wide as `rows` if m >= n, else of m values. */
export let square: usize = 0;
export let squareStride: usize = 0;
/** [n, k]: the solution. On entry the right sides, if they are not in the rows. */
export let solution: usize = 0;
/** For each of the n columns the relative rounding error of its length. */
export let tolerances: usize = 0;
/** For each column the difference between the squared length of the numbers before centring and its own. */
export let shifts: usize = 0;
/** A power of two for each column that brings its length to [1, 2). */
export let scales: usize = 0;
/** Vectors of max(m, width) values. */
export let weights: usize = 0;
export let order: usize = 0;
export let taus: usize = 0;
export let squares: usize = 0;
export let sums: usize = 0;
export let z: usize = 0;
export let u: usize = 0;
export let byMagnitude: usize = 0;
export let rowOrder: usize = 0;
export let target: usize = 0;
export let total: usize = 0;
/** For `triangularise`. */
export let spare: usize = 0;

/** Number of values of a row, padded to whole vectors. */
export function padded(n: i32, right: i32): i32 {
  return (n + right + 1) & ~1;
}

/**
 * Sets the layout. `right`: number of right sides in the rows. src/linalg/leastSquaresScratch.ts allocates the scratch
 * memory: the square, UNKNOWN_ARRAYS of n and LONG_ARRAYS of max(m, width) values, the solution, and what
 * `triangularise` needs.
 */
export function place(system: usize, scratch: usize, equations: i32, unknowns: i32, right: i32, sides: i32): void {
  m = equations;
  n = unknowns;
  k = sides;
  width = n + right;
  stride = (<usize>padded(n, right)) << 3;
  rows = system;
  square = scratch;
  squareStride = equations < unknowns ? (<usize>padded(equations, 0)) << 3 : stride;
  const column = (<usize>padded(n, 0)) << 3;
  const vector = (<usize>max(padded(m, 0), padded(n, right))) << 3;
  tolerances = square + <usize>n * squareStride;
  shifts = tolerances + column;
  scales = shifts + column;
  weights = tolerances + UNKNOWN_ARRAYS * column;
  order = weights + vector;
  taus = order + vector;
  squares = taus + vector;
  sums = squares + vector;
  z = sums + vector;
  u = z + vector;
  byMagnitude = u + vector;
  rowOrder = byMagnitude + vector;
  target = rowOrder + vector;
  total = target + vector;
  solution = weights + LONG_ARRAYS * vector;
  spare = solution + <usize>padded(n * k, 0) * 8;
}

/** An exponent's bit pattern subtracted from this gives that of the inverse power of two. */
const TWICE_BIAS: u64 = 0x7fe0000000000000;
const EXPONENT: u64 = 0x7ff0000000000000;

/**
 * Computes scales and weights of the columns from the squares of their lengths. A column with score 1 is as long as its
 * rounding error.
 */
export function weighColumns(lengths: usize, step: usize): void {
  for (let j = 0; j < n; j++) {
    const at = (<usize>j) << 3;
    const square = load<f64>(lengths);
    lengths += step;
    const exponent = reinterpret<u64>(sqrt(square)) & EXPONENT;
    const usable = square > 0 && exponent > 0 && exponent < TWICE_BIAS;
    const scale = usable ? reinterpret<f64>(TWICE_BIAS - exponent) : 1;
    const tolerance = load<f64>(tolerances + at);
    store<f64>(scales + at, scale);
    const noise = tolerance * tolerance * (square + load<f64>(shifts + at)) * scale * scale;
    store<f64>(weights + at, usable && noise > 0 ? 1 / noise : 0);
  }
}
