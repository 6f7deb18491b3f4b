// Eigenvalues and eigenvectors of a symmetric matrix: reflections make it tridiagonal, implicit QL steps diagonal (Golub and
// Van Loan, "Matrix Computations", 8.3; Bowdler, Martin, Reinsch and Wilkinson 1968).
import { addScaled, dot, rotate, rowAt, scaleBy } from "../linalg/vectors";
import { cell, setIdentity, swapRows } from "./matrix";

const EPSILON: f64 = 2.220446049250313e-16;
/** Usually two or three are enough. */
const MOST_STEPS: i32 = 60;

// @ts-ignore: decorator
@inline
function at(list: usize, i: i32): usize {
  return list + ((<usize>i) << 3);
}

/** y += f x + g z over n values. */
function addTwo(y: usize, x: usize, f: f64, z: usize, g: f64, n: i32): void {
  const first = f64x2.splat(f);
  const second = f64x2.splat(g);
  for (; n >= 2; n -= 2) {
    const sum = f64x2.add(v128.load(y), f64x2.mul(first, v128.load(x)));
    v128.store(y, f64x2.add(sum, f64x2.mul(second, v128.load(z))));
    y += 16;
    x += 16;
    z += 16;
  }
  if (n > 0) store<f64>(y, load<f64>(y) + f * load<f64>(x) + g * load<f64>(z));
}

/** Makes v (v[0] = 1) of the reflection that clears x[1..count], in place. Returns tau; `edge` becomes x's new head. */
function reflector(x: usize, count: i32, edge: usize): f64 {
  const square = dot(x + 8, x + 8, count - 1);
  const head = load<f64>(x);
  store<f64>(edge, head);
  store<f64>(x, 1);
  if (square == 0) return 0;
  const length = sqrt(head * head + square);
  const diagonal = head >= 0 ? -length : length;
  scaleBy(x + 8, count - 1, 1 / (head - diagonal));
  store<f64>(edge, diagonal);
  return (diagonal - head) / diagonal;
}

/**
 * The symmetric matrix in `rows` becomes tridiagonal, with diagonal d and e[i] between i and i + 1. Row j keeps from j + 1 on
 * the vector of reflection j, whose factor is taus[j]. `p`: n values.
 */
function tridiagonalise(rows: usize, stride: usize, n: i32, d: usize, e: usize, taus: usize, p: usize): void {
  for (let j = 0; j < n; j++) {
    store<f64>(at(d, j), load<f64>(cell(rows, stride, j, j)));
    const count = n - j - 1;
    if (count == 0) break;
    const v = cell(rows, stride, j, j + 1);
    const tau = reflector(v, count, at(e, j));
    store<f64>(at(taus, j), tau);
    if (tau == 0) continue;
    for (let i = 0; i < count; i++) store<f64>(at(p, i), tau * dot(cell(rows, stride, j + 1 + i, j + 1), v, count));
    addScaled(p, v, count, -0.5 * tau * dot(p, v, count));
    for (let i = 0; i < count; i++) {
      const row = cell(rows, stride, j + 1 + i, j + 1);
      addTwo(row, p, -load<f64>(at(v, i)), v, -load<f64>(at(p, i)), count);
    }
  }
}

/** z = the transpose of the product of the reflections. */
function accumulate(rows: usize, stride: usize, n: i32, taus: usize, z: usize): void {
  setIdentity(z, stride, n, n);
  for (let j = n - 2; j >= 0; j--) {
    const v = cell(rows, stride, j, j + 1);
    const count = n - j - 1;
    const tau = load<f64>(at(taus, j));
    for (let i = j + 1; i < n; i++) {
      const row = cell(z, stride, i, j + 1);
      addScaled(row, v, count, -tau * dot(row, v, count));
    }
  }
}

/** One implicit QL step on [l, m]. */
function step(d: usize, e: usize, l: i32, m: i32, z: usize, stride: usize, n: i32): void {
  const edge = load<f64>(at(e, l));
  const half = (load<f64>(at(d, l + 1)) - load<f64>(at(d, l))) / (2 * edge);
  const root = sqrt(half * half + 1);
  let g = load<f64>(at(d, m)) - load<f64>(at(d, l)) + edge / (half >= 0 ? half + root : half - root);
  let s: f64 = 1;
  let c: f64 = 1;
  let p: f64 = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * load<f64>(at(e, i));
    const b = c * load<f64>(at(e, i));
    const length = sqrt(f * f + g * g);
    store<f64>(at(e, i + 1), length);
    if (length == 0) {
      store<f64>(at(d, i + 1), load<f64>(at(d, i + 1)) - p);
      store<f64>(at(e, m), 0);
      return;
    }
    s = f / length;
    c = g / length;
    g = load<f64>(at(d, i + 1)) - p;
    const r = (load<f64>(at(d, i)) - g) * s + 2 * c * b;
    p = s * r;
    store<f64>(at(d, i + 1), g + p);
    g = c * r - b;
    rotate(rowAt(z, stride, i), rowAt(z, stride, i + 1), n, c, s);
  }
  store<f64>(at(d, l), load<f64>(at(d, l)) - p);
  store<f64>(at(e, l), g);
  store<f64>(at(e, m), 0);
}

/** Whether e[i] is too small to matter. */
function isNegligible(d: usize, e: usize, i: i32): bool {
  const around = abs(load<f64>(at(d, i))) + abs(load<f64>(at(d, i + 1)));
  return abs(load<f64>(at(e, i))) <= EPSILON * around;
}

function diagonalise(d: usize, e: usize, z: usize, stride: usize, n: i32): void {
  store<f64>(at(e, n - 1), 0);
  for (let l = 0; l < n; l++) {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      let m = l;
      while (m < n - 1 && !isNegligible(d, e, m)) m++;
      if (m == l) break;
      step(d, e, l, m, z, stride, n);
    }
  }
}

/** Sorts eigenvalues in ascending order, and their vectors with them. */
function sort(d: usize, z: usize, stride: usize, n: i32): void {
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) if (load<f64>(at(d, j)) < load<f64>(at(d, least))) least = j;
    if (least == i) continue;
    const kept = load<f64>(at(d, i));
    store<f64>(at(d, i), load<f64>(at(d, least)));
    store<f64>(at(d, least), kept);
    swapRows(rowAt(z, stride, i), rowAt(z, stride, least), stride);
  }
}

/**
 * The eigenvalues of the symmetric matrix in `rows`, which is destroyed, into d, ascending; the eigenvectors into the rows of
 * z. `lists`: 3 arrays of `stride` bytes.
 */
export function eigen(rows: usize, stride: usize, n: i32, d: usize, z: usize, lists: usize): void {
  tridiagonalise(rows, stride, n, d, lists, lists + stride, lists + 2 * stride);
  accumulate(rows, stride, n, lists + stride, z);
  diagonalise(d, lists, z, stride, n);
  sort(d, z, stride, n);
}
