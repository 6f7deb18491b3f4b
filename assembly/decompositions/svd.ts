// A = U diag(s) V^T for m >= n by one-sided Jacobi rotations (Hestenes 1958): they make the columns of A V orthogonal. They
// are kept as rows. For larger n, V begins as the eigenvectors of A^T A, which leaves few rotations to do.
import { multiplyAdd } from "../linalg/product";
import { addScaled, dot, rotate, rowAt, scaleBy } from "../linalg/vectors";
import {
  cell,
  fillNaN,
  loadMatrix,
  negate,
  scratchOf,
  setIdentity,
  storeMatrix,
  strideOf,
  swapRows,
  wantsFlip,
} from "./matrix";
import { eigen } from "./symmetric";

/** From this n on. */
const PREPARED: i32 = 6;
const MOST_SWEEPS: i32 = 40;
/** Cosine of the angle at which columns count as orthogonal: far below the rounding of f32. */
const ORTHOGONAL: f64 = 1e-13;

let m: i32 = 0;
let n: i32 = 0;
let long: usize = 0; // bytes of a row of m values
let short: usize = 0;
let w: usize = 0; // n rows of m values: the columns of A V, later of U
let v: usize = 0; // n rows of n values: V^T
let squares: usize = 0;
let gram: usize = 0; // n rows of n values, then lists; m rows of n values
let source: usize = 0;

function place(scratch: usize, height: i32, width: i32): void {
  m = height;
  n = width;
  long = strideOf(m);
  short = strideOf(n);
  w = scratchOf(scratch);
  v = rowAt(w, long, n);
  squares = rowAt(v, short, n);
  gram = squares + short;
  source = rowAt(gram, short, n + 4);
}

/** V from the eigenvectors of A^T A, largest eigenvalue first, and the rows of (A V)^T. */
function prepare(x: usize): void {
  loadMatrix(source, short, x, m, n, false);
  memory.fill(gram, 0, <usize>n * short);
  multiplyAdd(source, short, true, source, short, gram, short, n, n, m, false);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) store<f64>(cell(gram, short, j, i), load<f64>(cell(gram, short, i, j)));
  const lists = rowAt(gram, short, n);
  eigen(gram, short, n, lists, v, lists + short);
  for (let i = 0; i < n - 1 - i; i++) swapRows(rowAt(v, short, i), rowAt(v, short, n - 1 - i), short);
  memory.copy(source, w, <usize>n * long); // as A^T, which fits, since it is no larger
  memory.fill(w, 0, <usize>n * long);
  multiplyAdd(v, short, false, source, long, w, long, n, m, n, false);
}

/** Makes rows p and q of w orthogonal. Returns whether they were not. */
function orthogonalise(p: i32, q: i32): bool {
  const a = rowAt(w, long, p);
  const b = rowAt(w, long, q);
  const first = squares + ((<usize>p) << 3);
  const second = squares + ((<usize>q) << 3);
  const alpha = load<f64>(first);
  const beta = load<f64>(second);
  const gamma = dot(a, b, m);
  if (abs(gamma) <= ORTHOGONAL * sqrt(alpha) * sqrt(beta)) return false;
  const half = (beta - alpha) / (2 * gamma);
  const root = sqrt(1 + half * half);
  const t = 1 / (half >= 0 ? half + root : half - root);
  const c = 1 / sqrt(1 + t * t);
  rotate(a, b, m, c, c * t);
  rotate(rowAt(v, short, p), rowAt(v, short, q), n, c, c * t);
  store<f64>(first, alpha - t * gamma);
  store<f64>(second, beta + t * gamma);
  return true;
}

function rotateAll(): void {
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = false;
    for (let i = 0; i < n; i++) {
      const row = rowAt(w, long, i);
      store<f64>(squares + ((<usize>i) << 3), dot(row, row, m));
    }
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) if (orthogonalise(p, q)) rotated = true;
    if (!rotated) return;
  }
}

/** Sorts by length, longest first, and leaves the lengths in `squares`. */
function sort(): void {
  for (let i = 0; i < n; i++) {
    const row = rowAt(w, long, i);
    store<f64>(squares + ((<usize>i) << 3), sqrt(dot(row, row, m)));
  }
  for (let i = 0; i < n - 1; i++) {
    const at = squares + ((<usize>i) << 3);
    let most = at;
    for (let j = at + 8; j < squares + ((<usize>n) << 3); j += 8) if (load<f64>(j) > load<f64>(most)) most = j;
    if (most == at) continue;
    const kept = load<f64>(at);
    store<f64>(at, load<f64>(most));
    store<f64>(most, kept);
    const other = <i32>((most - squares) >> 3);
    swapRows(rowAt(w, long, i), rowAt(w, long, other), long);
    swapRows(rowAt(v, short, i), rowAt(v, short, other), short);
  }
}

/** Row i of w becomes a unit vector orthogonal to the rows before it: the axis that these cover least, without them. */
function complete(i: i32): void {
  let axis = 0;
  let least: f64 = Infinity;
  for (let k = 0; k < m; k++) {
    let covered: f64 = 0;
    for (let j = 0; j < i; j++) {
      const value = load<f64>(cell(w, long, j, k));
      covered += value * value;
    }
    if (covered < least) {
      least = covered;
      axis = k;
    }
  }
  const row = rowAt(w, long, i);
  memory.fill(row, 0, long);
  store<f64>(cell(w, long, i, axis), 1);
  for (let pass = 0; pass < 2; pass++)
    for (let j = 0; j < i; j++) addScaled(row, rowAt(w, long, j), m, -dot(row, rowAt(w, long, j), m));
  scaleBy(row, m, 1 / sqrt(dot(row, row, m)));
}

/** The rows of w get length 1, and pairs of singular vectors their sign. */
function normalise(): void {
  for (let i = 0; i < n; i++) {
    const row = rowAt(w, long, i);
    const length = load<f64>(squares + ((<usize>i) << 3));
    if (length > 0) scaleBy(row, m, 1 / length);
    else complete(i);
    if (!wantsFlip(row, m)) continue;
    negate(row, m);
    negate(rowAt(v, short, i), n);
  }
}

/** u [m, n], s [n], descending, and vt [n, n] for m >= n >= 1. NaN for matrices that are not finite. */
export function svd(
  a: usize,
  u: usize,
  s: usize,
  vt: usize,
  scratch: usize,
  steps: i32,
  width: i32,
  begin: i32,
  end: i32,
): void {
  place(scratch, steps, width);
  for (let unit = begin; unit < end; unit++) {
    const x = a + ((<usize>(unit * m * n)) << 2);
    const outU = u + ((<usize>(unit * m * n)) << 2);
    const outS = s + ((<usize>(unit * n)) << 2);
    const outV = vt + ((<usize>(unit * n * n)) << 2);
    if (!loadMatrix(w, long, x, n, m, true)) {
      fillNaN(outU, m * n);
      fillNaN(outS, n);
      fillNaN(outV, n * n);
      continue;
    }
    if (n < PREPARED) setIdentity(v, short, n, n);
    else prepare(x);
    rotateAll();
    sort();
    normalise();
    storeMatrix(outU, w, long, n, m, true);
    storeMatrix(outS, squares, short, 1, n, false);
    storeMatrix(outV, v, short, n, n, false);
  }
}
